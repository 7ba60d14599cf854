#pragma once

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Returns what the clocks of this host say.
Instant ReadClock();

}  // namespace pamjwt::fetcher
