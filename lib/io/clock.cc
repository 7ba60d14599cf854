#include "io/clock.h"

#include <time.h>

#include "core/base/time.h"

namespace pamjwt {

UnixTime Now() {
  timespec now{};
  // With 0 (1970) no token would have expired.
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return kLastSecond;
  return UnixTime{now.tv_sec};
}

std::int64_t MonotonicNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace pamjwt
