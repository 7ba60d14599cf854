#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt {

/// What the daemon says to a login that met a key it does not know.
enum class RefreshAnswer {
  kChanged,
  kUnchanged,
  kCooldown,       ///< it fetched that issuer's keys just now
  kUnknownIssuer,  ///< it reads another configuration
};

/// A login waits no longer for a fetch.
inline constexpr int kRefreshTimeoutMs = 900;

/// Asks the daemon at `socket` to fetch the keys of the issuer with this url now, and waits for
/// the end of the fetch. Errors: kKeysMissing if there was no answer in time.
Result<RefreshAnswer> RefreshKeys(const std::string& socket, const std::string& issuer_url,
                                  int timeout_ms = kRefreshTimeoutMs);

/// A one-time token: the url of its issuer, its jti, and from when on nobody accepts it any more.
struct OneTimeToken {
  std::string issuer_url;
  std::string jti;
  UnixTime expires;
};

/// A login waits no longer for a token to be marked as used. The daemon answers sooner, even if its
/// store does not.
inline constexpr int kRedeemTimeoutMs = 2000;

/// Asks the daemon at `socket` to mark this token as used. Was it the first to ask? Errors:
/// kRedeemUnavailable, with what to do about it; then the token may be marked or not.
Result<bool> RedeemToken(const std::string& socket, const OneTimeToken& token,
                         int timeout_ms = kRedeemTimeoutMs);

}  // namespace pamjwt
