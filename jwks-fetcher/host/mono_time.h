#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// A time of CLOCK_MONOTONIC, in milliseconds. Schedules use it, so they do not change when
/// somebody sets the clock of the host.
struct MonoTime {
  std::int64_t ms = 0;
  auto operator<=>(const MonoTime&) const = default;
};

/// The time of something that is not scheduled: later than every other time.
inline constexpr MonoTime kNever{std::numeric_limits<std::int64_t>::max()};

/// One instant on both clocks: `mono` for intervals, `wall` for what is written down.
struct Instant {
  MonoTime mono;
  UnixTime wall;
};

/// Returns the time of both clocks when it is called.
using TimeSource = std::function<Instant()>;

}  // namespace pamjwt::fetcher
