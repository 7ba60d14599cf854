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
/// Notes if the kernel does not say whether it is synchronised (clock.unknown).
Findings JudgeClock(const ClockState& clock);

/// Finds a host where SELinux is enforcing and the policy module of pam_jwt is not installed
/// (selinux.module). Notes if only root can see that (selinux.unknown).
Findings JudgeSelinux(const HostTree& host);

/// Finds a denylist that the module cannot use (denylist.unusable), or cannot use in programs that
/// do not run as root (denylist.closed). `path` was given on the command line, is a path on this
/// machine, and may be relative; nullopt: the denylist of the host.
Findings JudgeDenylist(const HostTree& host, const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
