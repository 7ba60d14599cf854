#pragma once

#include <string_view>

namespace pamjwt::fetcher {

/// The reply of GetInterfaceDescription for io.pamjwt.Fetcher. `varlinkctl introspect` parses it,
/// and people read it.
inline constexpr std::string_view kFetcherInterfaceText =
    R"(# jwks-fetcher keeps the public keys fresh of the issuers that pam_jwt trusts.
# An issuer is named by its url. Times are seconds since 1970.
interface io.pamjwt.Fetcher

# The state of the keys of one issuer.
type Issuer (
  # The name of the issuer's table in the configuration
  name: string,
  url: string,
  # The number of keys that the daemon has, and of keys of the last set that were left out
  keys: int,
  skipped: int,
  # Why keys of the last set were left out, with their kid, at most 16 of them
  skipped_keys: ?[]string,
  # The time of the last fetch that succeeded, and the time until which its keys are used
  fetched: ?int,
  expires: ?int,
  # The time of the next fetch
  next: ?int,
  # The error of the last fetch, and how many fetches have failed in a row
  error: ?string,
  failures: int,
  # The clock of the issuer less that of this host, in seconds
  skew: ?int,
  # The number of fetches since the daemon started, by how they ended
  fetches_changed: int,
  fetches_unchanged: int,
  fetches_failed: int,
  # How often logins asked for a fetch, and how often the cooldown refused that
  refreshes: int,
  refreshes_refused: int,
  # The seconds until a login can cause a fetch again
  cooldown: ?int,
  # The number of its keys in the key file, which logins read, and when they were fetched
  file_keys: int,
  file_fetched: ?int,
  # Why the key file cannot be replaced, and since when
  file_error: ?string,
  file_error_since: ?int
)

# The state of the daemon's configuration
type Configuration (
  # The file; the directory conf.d beside it belongs to it
  path: string,
  # When the configuration in use was read. Without it, the daemon waits for one
  loaded: ?int,
  # Why the files on disk are not in use, and since when
  error: ?string,
  error_since: ?int
)

# The state of the signed denylist that the daemon fetches for a fleet. The daemon does not verify it
type Denylist (
  url: string,
  # The time of the last fetch that succeeded, and of the last one that brought another list
  fetched: ?int,
  changed: ?int,
  # The length of the list that is there. Without it, no list has come yet
  bytes: ?int,
  # The time of the next fetch
  next: int,
  # The error of the last fetch, and how many fetches have failed in a row
  error: ?string,
  failures: int,
  # The number of fetches since the daemon started, by how they ended
  fetches_changed: int,
  fetches_unchanged: int,
  fetches_failed: int
)

# Fetches the keys of an issuer now, and replies when they are written. "changed" says whether the
# key file has new keys. With "force", which only root may use, the cooldown does not hold.
method Refresh(issuer: string, force: ?bool) -> (changed: bool)

# Returns the state of the keys of every issuer, and that of the configuration. "store_error" says
# why the store of used tokens failed when it was last used. "denylist" is there if the configuration
# has the url of one.
method Status() -> (
  issuers: []Issuer,
  config: Configuration,
  store_error: ?string,
  denylist: ?Denylist
)

# On the socket "redeem" only: marks a one-time token, which is valid until "expires", as used.
# "first" says whether this is the first call for the token.
method Redeem(issuer: string, jti: string, expires: int) -> (first: bool)

# The configuration has no issuer of this url. From Refresh also: its keys are not fetched.
error UnknownIssuer ()

# The option one_time is not set anywhere in the table of this issuer.
error NotOneTime ()

# The use of the token cannot be recorded. The log says why.
error StoreUnavailable ()

# From Refresh and Redeem: there is no configuration yet that the daemon can use.
error NoConfiguration ()

# A login caused a fetch of this issuer's keys a short while ago. "cooldown" is the number of seconds
# until a login can cause a fetch again.
error Cooldown (cooldown: int)

# One user has made more than 10 calls in a second.
error TooManyCalls ()
)";

inline constexpr std::string_view kServiceInterface = "org.varlink.service";

/// The reply of GetInterfaceDescription for org.varlink.service.
inline constexpr std::string_view kServiceInterfaceText =
    R"(# The methods that every Varlink service has.
interface org.varlink.service

# Returns the name of the service, and its interfaces.
method GetInfo() -> (
  vendor: string,
  product: string,
  version: string,
  url: string,
  interfaces: []string
)

# Returns the description of one interface.
method GetInterfaceDescription(interface: string) -> (description: string)

# The service does not have this interface.
error InterfaceNotFound (interface: string)

# The interface does not have this method.
error MethodNotFound (method: string)

# The interface has this method, but the service does not.
error MethodNotImplemented (method: string)

# This user may not make this call.
error PermissionDenied ()

# A parameter is missing, has a wrong type, or is not known.
error InvalidParameter (parameter: string)
)";

}  // namespace pamjwt::fetcher
