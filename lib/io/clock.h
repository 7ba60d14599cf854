#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace pamjwt {

/// What the host's clock says; the last second that there is if it cannot be read.
UnixTime Now();

/// Nanoseconds of CLOCK_MONOTONIC, for spans of time: nobody sets it. 0 if it cannot be read.
std::int64_t MonotonicNs();

}  // namespace pamjwt
