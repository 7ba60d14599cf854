#pragma once

#include "core/base/time.h"

namespace pamjwt {

/// 9999-12-31T23:59:59Z: the last second of the years that have four digits. No time of a token, a
/// key or a session lies behind it.
inline constexpr UnixTime kLastSecond{253'402'300'799};

}  // namespace pamjwt
