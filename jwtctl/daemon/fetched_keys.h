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

/// The keys that the key file has for an issuer that needs the daemon.
struct FetchedKeys {
  std::string name;
  std::string url;
  std::optional<UnixTime> fetched;  ///< nullopt: the file has no keys of the issuer
  std::vector<Jwk> keys;
  Judgement judgement;
  bool is_behind = false;  ///< the daemon has newer keys, which logins do not see
};

/// The key file, issuer by issuer.
struct FetchedKeyFile {
  std::vector<FetchedKeys> issuers;    ///< in the order of the configuration
  std::vector<std::string> strangers;  ///< urls in the file that no issuer has
  std::string error;                   ///< why logins cannot read the file; empty if they can
  std::string unwritable;              ///< why the daemon cannot replace it; empty if it can
};

/// Reads the key file as a login does, and judges the keys of each issuer by their age. An issuer
/// without a usable key is critical. If the file cannot be read, says why in `error`.
FetchedKeyFile ReadFetchedKeys(const LoadedConfig& loaded, UnixTime now);

/// Returns `file` with what the daemon says added: whether it can replace the file, and for which
/// issuers it has newer keys than the file. These issuers are critical.
FetchedKeyFile CompareWithDaemon(FetchedKeyFile file, const std::vector<FetcherIssuer>& daemon,
                                 UnixTime now);

/// Says what to do about a key file at `path` that cannot be replaced.
std::string HowToMakeWritable(const std::string& path);

/// Returns the worst health of all issuers, with a line for people: "3 issuers, 8 keys; staff:
/// never fetched".
Judgement Summarize(const FetchedKeyFile& file);

}  // namespace pamjwt::ctl
