#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/json/json.h"
#include "io/config_file.h"
#include "jwtctl/daemon/fetched_keys.h"
#include "jwtctl/daemon/health.h"

namespace pamjwt::ctl {

/// How one issuer stands, and why.
struct IssuerHealth {
  std::string name;
  Judgement judgement;
  Json all;  ///< what the daemon says, for --json
};

/// How the daemon and the keys of each issuer stand.
struct StatusReport {
  Health health = Health::kOk;  ///< the worst of all
  std::string text;
  bool is_away = false;  ///< the daemon
  FetchedKeyFile file;   ///< compared with the daemon, if it answered
  std::vector<IssuerHealth> issuers;
};

/// Asks the daemon, and compares what it has with the key file. Where it does not answer, reports
/// that, and what the key file has.
StatusReport ReadStatus(const LoadedConfig& loaded, UnixTime now);

}  // namespace pamjwt::ctl
