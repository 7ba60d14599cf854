#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::ctl {

/// A point in time as people and scripts write it: RFC 3339 ("2026-03-01T12:00:00Z", also with
/// "+01:00"; fractions are dropped), or whole seconds since 1970. Years 0 to 9999.
/// Errors: kConfigInvalid.
Result<UnixTime> ParseTime(std::string_view text);

/// A span as the configuration writes it: an integer and s, m, h or d. At most 100 years.
/// Errors: kConfigInvalid.
Result<Seconds> ParseSpan(std::string_view text);

/// "2026-03-01T12:00:00Z"; "" for a year outside 0 to 9999.
std::string ShowTime(UnixTime time);

}  // namespace pamjwt::ctl
