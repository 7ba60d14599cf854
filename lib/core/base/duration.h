#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt {

/// A span of time as people write it: an integer from 0 and s, m, h or d ("90s", "5m", "24h",
/// "7d"), nothing else around it. None if the text is no such thing or its seconds fit no int64.
std::optional<Seconds> ParseDuration(std::string_view text);

}  // namespace pamjwt
