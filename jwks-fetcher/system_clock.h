#pragma once

#include "jwks-fetcher/mono_time.h"

namespace pamjwt::fetcher {

/// What this host's clocks say.
Instant ReadClock();

}  // namespace pamjwt::fetcher
