#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::fetcher {

/// Becomes `user` for good if this process is root's; with that it has no capability any more.
/// Whoever is not root stays what he is. Errors: kInternal.
Status DropRoot(const std::string& user);

/// What costs nothing and always goes: no core dump, no new privileges by execve(), files that only
/// their owner may write, and as many descriptors as 1000 issuers need. Errors: kInternal.
Status Harden();

/// Has systemd confined this process already (a unit with SystemCallFilter=)? Then it also did
/// what RestrictFiles() would.
bool IsConfinedBySystemd();

/// Directories and files by what may be done with them; what is in a directory included. A path
/// that does not exist is passed over.
struct AllowedPaths {
  std::vector<std::string> read;
  std::vector<std::string> write;  ///< directories: also to make, replace and remove files
};

/// Where the resolver, TLS and the C library look.
std::vector<std::string> SystemPaths();

/// Landlock: from here on this process opens nothing else, runs no program, listens on no TCP
/// port, and signals nobody, as far as the kernel can (Linux 5.13; 6.7 and 6.12 for the last two).
/// Call it before there are threads. Errors: kInternal where the kernel has no Landlock.
Status RestrictFiles(const AllowedPaths& paths);

/// seccomp: from here on only the system calls that the daemon makes succeed. Those that an
/// intruder would make, such as execve() and ptrace(), end the process; others fail with ENOSYS,
/// since a newer C library may try one first and then falls back.
/// Call it before there are threads. Errors: kInternal where the kernel has no seccomp.
Status RestrictSystemCalls();

}  // namespace pamjwt::fetcher
