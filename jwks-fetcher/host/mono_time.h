#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// Milliseconds of CLOCK_MONOTONIC: what is scheduled does not follow a clock that is set.
struct MonoTime {
  std::int64_t ms = 0;
  auto operator<=>(const MonoTime&) const = default;
};

/// Later than any other: nothing is scheduled.
inline constexpr MonoTime kNever{std::numeric_limits<std::int64_t>::max()};

/// One instant on both clocks: `mono` for intervals, `wall` for what is written down.
struct Instant {
  MonoTime mono;
  UnixTime wall;
};

/// Tells what both clocks say when it is called.
using TimeSource = std::function<Instant()>;

}  // namespace pamjwt::fetcher
