#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jwtctl/session/process_tree.h"

namespace pamjwt::ctl {

/// The session that a process runs in.
struct OwnSession {
  /// The process, and those above it up to pid 1.
  std::vector<ProcessIdentity> line;
  std::string logind_id;  ///< the session of systemd-logind that it is in; "" if it is in none
  /// The user whose `systemd --user` started it. It is in no session then, but belongs to one.
  std::optional<std::uint32_t> manager;

  /// Returns whether this process is one of `line`.
  [[nodiscard]] bool Has(const ProcessIdentity& process) const;
};

/// Finds the session of the process `pid`. `cgroups` is the text of its /proc/PID/cgroup.
OwnSession FindOwnSession(const ProcessTree& tree, std::int64_t pid, std::string_view cgroups);

/// Returns the id of the session of systemd-logind whose scope a process is in. Returns "" if it is
/// in no scope of a session, has ended, or cannot be read.
std::string LogindIdOf(std::int64_t pid);

/// Finds the session of this process. Errors: kInternal if /proc cannot be read.
Result<OwnSession> FindOwnSession();

}  // namespace pamjwt::ctl
