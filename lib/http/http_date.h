#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT", the only form that senders may make (RFC 9110 §5.6.7). None if
/// it is anything else, or no day of the calendar.
std::optional<UnixTime> ParseHttpDate(std::string_view text);

}  // namespace pamjwt::http
