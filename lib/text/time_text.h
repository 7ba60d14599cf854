#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt {

/// Reads a point in time as people and scripts write it: RFC 3339 ("2026-03-01T12:00:00Z", also
/// with "+01:00"; fractions are dropped), or whole seconds since 1970. Years 0 to 9999.
/// Errors: kConfigInvalid.
Result<UnixTime> ParseTime(std::string_view text);

/// Reads a span of time as the configuration writes it: an integer from 0, then s, m, h or d. At
/// most 100 years of 365 days. Errors: kConfigInvalid.
Result<Seconds> ParseSpan(std::string_view text);

/// Returns "2026-03-01 12:00:00 UTC (in 4 minutes)", for people: the time, and how far it is from
/// `now`. Returns "" for a year outside 0 to 9999.
std::string ShowTimeFrom(UnixTime now, UnixTime time);

}  // namespace pamjwt
