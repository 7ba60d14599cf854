#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::fetcher {

/// Becomes `user` for good, with its groups and without any capability. Does nothing if the process
/// does not run as root.
/// Errors: kInternal, also if there is no such user, or if it has the user id 0.
Status DropRoot(const std::string& user);

/// Applies the restrictions that every kernel knows: no core dump, no new privileges by execve(),
/// new files that only their owner may write. Raises the limit of descriptors to what 1000 issuers
/// need, if the hard limit allows it.
/// Errors: kInternal.
Status Harden();

/// Returns whether systemd has confined this process already (a unit with SystemCallFilter=). If
/// so, the unit also restricts which files the process sees, as RestrictFiles() would.
bool IsConfinedBySystemd();

/// The files and directories that the process may use. A directory stands for everything below it.
/// Paths that do not exist are skipped.
struct AllowedPaths {
  std::vector<std::string> read;
  std::vector<std::string> write;  ///< in directories, files may also be made, replaced and removed
};

/// Returns the paths that the resolver, TLS and the C library read.
std::vector<std::string> SystemPaths();

/// Restricts this process with Landlock, for good: it opens nothing but `paths`, runs no program,
/// listens on no TCP port, and reaches no other process by a signal or an abstract Unix socket. The
/// first two need Linux 5.13, TCP ports 6.7, and the last two 6.12; an older kernel enforces what
/// it knows. Must be called before there are other threads. Errors: kInternal if the kernel has no
/// Landlock, or refuses a rule.
Status RestrictFiles(const AllowedPaths& paths);

/// Restricts this process with seccomp, for good: only the system calls that the daemon makes
/// succeed. Calls that only an intruder would make, for example execve() and ptrace(), end the
/// process. All others fail with ENOSYS, because a newer C library may try one and then fall back.
/// Must be called before there are other threads. Errors: kInternal if the kernel has no seccomp.
Status RestrictSystemCalls();

}  // namespace pamjwt::fetcher
