#pragma once

#include <string_view>

namespace pamjwt::fetcher {

/// What GetInterfaceDescription gives: `varlinkctl introspect` parses it, and people read it.
inline constexpr std::string_view kFetcherInterfaceText =
    R"(# jwks-fetcher keeps the public keys of the issuers fresh that pam_jwt trusts.
# Issuers are named by their url. Times are seconds since 1970.
interface io.pamjwt.Fetcher

# How the keys of one issuer stand.
type Issuer (
  # The name of its table in the configuration
  name: string,
  url: string,
  # Keys that the daemon has, and those of the last set that were left out
  keys: int,
  skipped: int,
  # The last fetch that succeeded, and until when its keys serve
  fetched: ?int,
  expires: ?int,
  # The next fetch
  next: ?int,
  # What went wrong in the last fetch, and how many have failed in a row
  error: ?string,
  failures: int,
  # The clock of the issuer less that of this host, in seconds
  skew: ?int,
  # How fetches ended since the daemon started
  fetches_changed: int,
  fetches_unchanged: int,
  fetches_failed: int,
  # How often logins asked for a fetch, and how often in vain for the cooldown
  refreshes: int,
  refreshes_refused: int,
  # How many of its keys the key file has, which logins read, and when they were fetched
  file_keys: int,
  file_fetched: ?int,
  # Why the key file cannot be replaced, and since when
  file_error: ?string,
  file_error_since: ?int
)

# Fetches the keys of an issuer now, and replies when they are written. Did they change?
method Refresh(issuer: string) -> (changed: bool)

# How the keys of every issuer stand.
method Status() -> (issuers: []Issuer)

# On the socket "redeem" only: marks a one-time token, which is good until expires, as used. Is this
# the first call for it?
method Redeem(issuer: string, jti: string, expires: int) -> (first: bool)

# The configuration has no issuer of this url. For Refresh: or one that needs no fetched keys.
error UnknownIssuer ()

# Nowhere in the table of this issuer is one_time set.
error NotOneTime ()

# Nothing can record that the token was used; the log says why.
error StoreUnavailable ()

# The keys of this issuer were fetched just now.
error Cooldown ()

# More than 10 calls of one user in a second.
error TooManyCalls ()
)";

inline constexpr std::string_view kServiceInterface = "org.varlink.service";

inline constexpr std::string_view kServiceInterfaceText =
    R"(# What every Varlink service can be asked.
interface org.varlink.service

# Who serves, and which interfaces.
method GetInfo() -> (
  vendor: string,
  product: string,
  version: string,
  url: string,
  interfaces: []string
)

# The description of one interface.
method GetInterfaceDescription(interface: string) -> (description: string)

# The service does not have this interface.
error InterfaceNotFound (interface: string)

# The interface does not have this method.
error MethodNotFound (method: string)

# The interface has the method, the service does not.
error MethodNotImplemented (method: string)

# A parameter is missing, of a wrong type, or not known.
error InvalidParameter (parameter: string)
)";

}  // namespace pamjwt::fetcher
