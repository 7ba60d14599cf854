#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// The parent of the process `pid`; 0 if it cannot be known.
pid_t ParentOf(pid_t pid);

/// The short name of the process `pid`, as the kernel has it; empty if it cannot be known.
std::string NameOfProcess(pid_t pid);

/// The path of the program that runs in the process `pid`. An upgrade may have put another file in
/// its place. Errors: kInternal.
Result<std::string> ProgramOf(pid_t pid);

/// What runs in a process.
struct Invocation {
  std::string program;                 ///< the path of its file
  std::vector<std::string> arguments;  ///< as they were given, without its own name
};

/// The program and the arguments of the process `pid`, which must be of the user `owner`.
/// Errors: kInternal if it is of another user, or cannot be read.
Result<Invocation> InvocationOf(pid_t pid, uid_t owner);

}  // namespace pamjwt::ssh
