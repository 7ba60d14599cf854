#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "jwtctl/session/end_sessions.h"

namespace pamjwt::ctl {

/// A function that ends the sessions that are denied, as EndDeniedSessions() does.
using EndSessions = std::function<EndReport(const IsDenied&)>;

/// Ends the sessions that the list of the fleet denies, and only that list: those of the host's
/// list end when `jwtctl deny` writes it. Does nothing if there is no list.
/// Errors: kDenylistDamaged if the list cannot be read; then no session is ended.
Result<EndReport> EndFleetSessions(const std::optional<std::string>& denylist,
                                   const EndSessions& end_sessions);

/// Prints one line of the log for each session of the report.
void LogSessions(const EndReport& report, std::ostream& err);

}  // namespace pamjwt::ctl
