#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::sso {

/// Writes one line for the user to standard error, which is for progress and errors. It is made
/// printable first, since parts of it may be the provider's.
void Say(std::string_view line);

/// Formats a time for people in the time zone of this host: "14:05 CET", with the date in front if
/// it is on another day.
std::string LocalTime(UnixTime time);
/// Formats a time of MonotonicNs() as LocalTime does.
std::string LocalTimeAt(std::int64_t monotonic_ns);

}  // namespace pamjwt::sso
