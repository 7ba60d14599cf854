#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::http {

/// Parses a date like "Sun, 06 Nov 1994 08:49:37 GMT", the only form that senders may use (RFC 9110
/// §5.6.7). The name of the day is not checked. A leap second counts as the second before it.
/// Returns nullopt if the text has another form, or is not a day of the calendar.
std::optional<UnixTime> ParseHttpDate(std::string_view text);

}  // namespace pamjwt::http
