#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/json/json.h"
#include "io/config_file.h"
#include "jwtctl/daemon/feed_health.h"
#include "jwtctl/daemon/fetched_keys.h"
#include "jwtctl/daemon/fetcher_status.h"
#include "jwtctl/daemon/health.h"

namespace pamjwt::ctl {

/// The health of one issuer's keys.
struct IssuerHealth {
  std::string name;
  Judgement judgement;
  Json all;  ///< for --json: an object with what the daemon says of the issuer, or with its name
};

/// The state of the daemon, of each issuer's keys, and of the denylist of the fleet.
struct StatusReport {
  Health health = Health::kOk;  ///< the worst of the issuers, the daemon and the denylist
  std::string text;             ///< one line for people
  bool is_away = false;         ///< the daemon does not answer
  FetcherConfig config;         ///< the configuration of the daemon, if it answered
  FetchedKeyFile file;          ///< compared with the daemon, if it answered
  std::vector<IssuerHealth> issuers;
  std::string store_error;   ///< why the store of used tokens failed, if an issuer needs it
  std::string redeem_error;  ///< why nobody answers at the socket `redeem`, if an issuer needs it
  std::optional<FeedHealth> denylist;  ///< nullopt: the host takes no denylist of a fleet
};

/// Asks the daemon, and compares what it has with the key file. If the daemon does not answer,
/// reports that, and what the key file has. If the host takes the denylist of a fleet, reads it
/// beside the denylist at `denylist`, or beside that of this host.
StatusReport ReadStatus(const LoadedConfig& loaded, const std::optional<std::string>& denylist,
                        UnixTime now);

/// Reports that the configuration `path` cannot be read, because of `error`: the health is
/// kUnknown. Asks the daemon at `socket`, and also reports whether it waits, goes on with the
/// configuration that it read before, reads another one, or does not answer.
StatusReport ReadStatusWithoutConfig(const std::string& path, const Error& error,
                                     const std::string& socket);

/// Returns what to do if the daemon does not use the configuration on disk.
std::string HowToGetConfigUsed();

}  // namespace pamjwt::ctl
