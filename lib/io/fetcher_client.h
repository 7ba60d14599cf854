#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt {

/// The daemon's answer to a login that needs a key which was not fetched yet.
enum class RefreshAnswer {
  kChanged,
  kUnchanged,
  kCooldown,       ///< the keys of the issuer were fetched a moment ago
  kUnknownIssuer,  ///< the daemon runs with another configuration
};

/// The daemon's reply to Refresh.
struct RefreshResult {
  RefreshAnswer answer;
  /// With kCooldown: the time until a login can cause a fetch again, at most an hour. nullopt if
  /// the reply has no such time.
  std::optional<Seconds> cooldown = std::nullopt;
};

/// The longest time that a login waits for a fetch, in milliseconds.
inline constexpr int kRefreshTimeoutMs = 900;

/// Asks the daemon at `socket` to fetch the keys of the issuer with this url now, and waits until
/// the fetch has ended. Errors: kKeysMissing if no answer came in time, or the answer is not known.
Result<RefreshResult> RefreshKeys(const std::string& socket, const std::string& issuer_url,
                                  int timeout_ms = kRefreshTimeoutMs);

/// Asks the same as RefreshKeys, but waits for nothing. Errors: kKeysMissing if the call could not
/// be sent at once.
Status SendRefresh(const std::string& socket, const std::string& issuer_url);

/// Asks the same as RefreshKeys, but the cooldown does not hold. Only root may ask that. Errors:
/// those of RefreshKeys; kKeysMissing for any other user.
Result<RefreshResult> ForceRefresh(const std::string& socket, const std::string& issuer_url,
                                   int timeout_ms);

/// A one-time token. Nobody accepts it from `expires` on.
struct OneTimeToken {
  std::string issuer_url;
  std::string jti;
  UnixTime expires;
};

/// The longest time that a login waits for a token to be marked as used, in milliseconds. The
/// daemon answers sooner, even if its store does not.
inline constexpr int kRedeemTimeoutMs = 2000;

/// Asks the daemon at `socket` to mark this token as used. Returns whether this was the first use.
/// Errors: kRedeemUnavailable, with what to do about it; the token may have been marked or not.
Result<bool> RedeemToken(const std::string& socket, const OneTimeToken& token,
                         int timeout_ms = kRedeemTimeoutMs);

}  // namespace pamjwt
