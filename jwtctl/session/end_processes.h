#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/session/session_record.h"
#include "jwtctl/session/process_tree.h"
#include "jwtctl/session/processes.h"

namespace pamjwt::ctl {

/// The processes that must end.
struct EndTargets {
  /// The processes that opened sessions. All below them is killed at once. They themselves are
  /// asked to end, so that they can close their sessions, and are killed if they do not.
  std::vector<ProcessIdentity> sessions;
  /// All processes of these users, and all below them, are killed at once. Root is not one of them.
  std::vector<std::uint32_t> users;
  /// These processes get no signal. If one of them is of a user of `users`, his processes below it
  /// get no signal for that either.
  std::vector<ProcessIdentity> untouched;
};

/// A function that returns the users of the process with this pid, or nullopt if it has ended.
using UsersOf = std::function<std::optional<ProcessUsers>(std::int64_t pid)>;

/// Selects the processes of a moment that must end. Never selects pid 1, or one that has ended and
/// was not reaped.
std::vector<ProcessStat> SelectTargets(const ProcessTree& tree, const EndTargets& targets,
                                       const UsersOf& users_of);

/// Returns the processes of `untouched` that are of a user of `users`, and all below them.
std::vector<ProcessStat> FindSpared(const ProcessTree& tree, const EndTargets& targets,
                                    const UsersOf& users_of);

/// The processes that had to end and did not.
struct EndOutcome {
  std::vector<ProcessIdentity> alive;
  std::string problem;  ///< the first error of a call, or empty
};

/// Ends the processes, and waits for their ends until `deadline`. After that kills what has not
/// ended, and waits for at most half a second more.
///
/// Stops all of them before it kills one, so that none can start another process, and looks for new
/// ones until it has stopped all that there are.
EndOutcome EndProcesses(const EndTargets& targets, SteadyTime deadline);

}  // namespace pamjwt::ctl
