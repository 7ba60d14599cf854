#include "jwks-fetcher/host/system_clock.h"

#include "io/clock.h"

namespace pamjwt::fetcher {

Instant ReadClock() {
  return {{MonotonicNs() / 1'000'000}, Now()};
}

}  // namespace pamjwt::fetcher
