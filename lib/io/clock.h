#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace pamjwt {

/// Returns the time of the host's clock, or kLastSecond if it cannot be read, so that no token is
/// good then.
UnixTime Now();

/// Returns the nanoseconds of CLOCK_MONOTONIC, for spans of time: nobody can set that clock.
/// Returns 0 if it cannot be read.
std::int64_t MonotonicNs();

}  // namespace pamjwt
