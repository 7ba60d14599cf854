#pragma once

#include <compare>
#include <cstdint>

namespace pamjwt {

/// Seconds since 1970-01-01T00:00:00Z, as this host's clock or `--at` gives them.
struct UnixTime {
  std::int64_t seconds = 0;
  auto operator<=>(const UnixTime&) const = default;
};

/// 9999-12-31T23:59:59Z: the last second of the years that have four digits. No time of a token, a
/// key or a session is later.
inline constexpr UnixTime kLastSecond{253'402'300'799};

/// A span of time; configuration bounds every one of them (config/options.cc).
struct Seconds {
  std::int64_t count = 0;
  auto operator<=>(const Seconds&) const = default;
};

}  // namespace pamjwt
