#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// The time of the machine's clock, and what is known about the clock.
struct ClockState {
  UnixTime now;
  std::optional<bool> is_synchronised;  ///< nullopt: the kernel does not say
  UnixTime built;                       ///< the day of the build: an earlier `now` is wrong
};

/// Reads the clock of this machine, by adjtimex(2), which needs no rights.
ClockState ReadClock();

/// Finds a clock that is wrong (clock.wrong) or that nothing synchronises (clock.unsynchronised).
Findings JudgeClock(const ClockState& clock);

/// Finds a host where SELinux is enforcing and the policy module of pam_jwt is not installed.
Findings JudgeSelinux(const HostTree& host);

/// Finds a denylist that the module cannot use, also in programs that do not run as root. `path` is
/// one that was given, on this machine, and may be relative; nullopt: the denylist of the host.
Findings JudgeDenylist(const HostTree& host, const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
