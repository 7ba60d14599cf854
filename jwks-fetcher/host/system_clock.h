#pragma once

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Returns the time of both clocks of this host. Does not fail.
Instant ReadClock();

}  // namespace pamjwt::fetcher
