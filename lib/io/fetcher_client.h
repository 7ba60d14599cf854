#pragma once

#include <string>

#include "core/base/result.h"

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

}  // namespace pamjwt
