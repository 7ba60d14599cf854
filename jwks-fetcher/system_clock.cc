#include "jwks-fetcher/system_clock.h"

#include <time.h>

#include "io/clock.h"

namespace pamjwt::fetcher {

Instant ReadClock() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return {{std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000}, Now()};
}

}  // namespace pamjwt::fetcher
