#pragma once

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// What this host's clocks say.
Instant ReadClock();

}  // namespace pamjwt::fetcher
