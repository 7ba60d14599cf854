#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// What the machine's clock says, and of itself.
struct ClockState {
  UnixTime now;
  std::optional<bool> is_synchronised;  ///< none: nobody says
  UnixTime built;                       ///< when this program was: it is not earlier now
};

/// Of this machine, by adjtimex(2), which anybody may ask.
ClockState ReadClock();

Findings JudgeClock(const ClockState& clock);

/// Where SELinux is enforcing: is the policy module of pam_jwt installed?
Findings JudgeSelinux(const HostTree& host);

/// Can the module use the denylist, if there is one, also in programs that do not run as root?
/// `path`: one that was given, of this machine,
/// which may be relative; none: that of the host.
Findings JudgeDenylist(const HostTree& host, const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
