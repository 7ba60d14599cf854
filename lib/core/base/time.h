#pragma once

#include <compare>
#include <cstdint>

namespace pamjwt {

/// Seconds since 1970-01-01T00:00:00Z, as this host's clock or `--at` gives them.
struct UnixTime {
  std::int64_t seconds = 0;
  auto operator<=>(const UnixTime&) const = default;
};

/// The last second of the years that have four digits: 9999-12-31T23:59:59Z. No time of a token, a
/// key or a session is later.
inline constexpr UnixTime kLastSecond{253'402'300'799};

/// A span of time. The spans in the configuration are bounded (config/options.cc), so that sums of
/// them cannot overflow.
struct Seconds {
  std::int64_t count = 0;
  auto operator<=>(const Seconds&) const = default;
};

/// A reading of this host's clock, with the error that is allowed for it.
struct ClockReading {
  UnixTime now;
  Seconds leeway;    ///< from 0 to 5 minutes
  Seconds grace{0};  ///< how long behind its end a token still counts, beside the leeway
};

}  // namespace pamjwt
