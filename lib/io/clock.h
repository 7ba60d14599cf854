#pragma once

#include "core/base/time.h"

namespace pamjwt {

/// What the host's clock says.
UnixTime Now();

}  // namespace pamjwt
