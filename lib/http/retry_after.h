#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::http {

/// Returns how long to wait, from 0 on, as a field Retry-After says: seconds, or a date (RFC 9110
/// §10.2.3). `sent` is when the response was sent, by the clock of the sender. Returns nullopt if
/// the value is neither.
std::optional<Seconds> RetryAfter(std::string_view value, UnixTime sent);

}  // namespace pamjwt::http
