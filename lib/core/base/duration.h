#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt {

/// Parses a span of time as people write it: an integer from 0, then s, m, h or d ("90s", "5m",
/// "24h", "7d"), with nothing around it. Returns nullopt for any other text, and if the seconds do
/// not fit an int64.
std::optional<Seconds> ParseDuration(std::string_view text);

/// Formats a span of time in words, for users: "1 second", "8 minutes", "2 days". Takes the largest
/// unit of which there are at least two, and rounds down. The span must not be negative.
std::string SpanInWords(Seconds span);

}  // namespace pamjwt
