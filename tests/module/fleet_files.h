#pragma once

#include <string>
#include <vector>

#include "core/denylist/denylist.h"
#include "module/login_attempt.h"

namespace pamjwt::test {

/// Returns a denylist of a host that denies nothing, and says how the fleet's list counts.
std::string HostListFor(FleetUse use);

/// Returns a list of the fleet with one entry, whose end is so many seconds from now.
std::string FleetListOf(long end_from_now, const Denial& entry);

/// Lets a host have a list of the fleet, whose end is so many seconds from now.
void UseFleet(LoginAttempt& attempt, FleetUse use, const Denial& entry, long end_from_now = 3600);

/// Returns entries that deny OwnAccount(), its tokens of the issuer "test", and somebody else.
Denial OwnAccountDenied();
Denial OwnSubjectDenied();
Denial SomebodyElseDenied();

}  // namespace pamjwt::test
