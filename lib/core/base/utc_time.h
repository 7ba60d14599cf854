#pragma once

#include <string>

#include "core/base/time.h"

namespace pamjwt {

/// Returns "2026-03-01T12:00:00Z" (RFC 3339); "" for a year outside 0 to 9999.
std::string FormatUtc(UnixTime time);

}  // namespace pamjwt
