#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/jose/jwk.h"
#include "io/config_file.h"
#include "jwtctl/daemon/fetcher_status.h"
#include "jwtctl/daemon/health.h"

namespace pamjwt::ctl {

/// What the key file has for an issuer that needs the daemon.
struct FetchedKeys {
  std::string name;
  std::string url;
  std::optional<UnixTime> fetched;  ///< none: the file has nothing of it
  std::vector<Jwk> keys;
  Judgement judgement;
  bool is_behind = false;  ///< the daemon has newer ones, which logins do not see
};

struct FetchedKeyFile {
  std::vector<FetchedKeys> issuers;    ///< as the configuration has them
  std::vector<std::string> strangers;  ///< urls in the file that are no issuer's
  std::string error;                   ///< why the file cannot be read; else empty
  std::string unwritable;              ///< why the daemon cannot replace it; else empty
};

/// Reads the key file as a login does, and judges the keys by their age.
FetchedKeyFile ReadFetchedKeys(const LoadedConfig& loaded, UnixTime now);

/// Adds what the daemon says: whether it can replace the file, and which keys of the file are
/// behind those that it has.
FetchedKeyFile CompareWithDaemon(FetchedKeyFile file, const std::vector<FetcherIssuer>& daemon,
                                 UnixTime now);

/// What to do about a key file at `path` that cannot be replaced.
std::string HowToMakeWritable(const std::string& path);

/// The worst of all, with a line for people: "critical: 3 issuers, 8 keys; staff: never fetched".
Judgement Summarize(const FetchedKeyFile& file);

}  // namespace pamjwt::ctl
