#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace pamjwt {

/// What the host's clock says.
UnixTime Now();

/// Nanoseconds of CLOCK_MONOTONIC, for spans of time: nobody sets it.
std::int64_t MonotonicNs();

}  // namespace pamjwt
