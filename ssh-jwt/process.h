#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// Returns the parent of the process `pid`, or 0 if it is not known.
pid_t ParentOf(pid_t pid);

/// Returns the short name that the kernel has for the process `pid`. It is empty if it is not
/// known.
std::string NameOfProcess(pid_t pid);

/// The program of a process, and its arguments.
struct Invocation {
  std::string program;                 ///< the path of the program
  std::vector<std::string> arguments;  ///< those behind the name of the program
};

/// Returns the program and the arguments of the process `pid`, which must belong to the user
/// `owner`. Errors: kInternal if it belongs to another user, or cannot be read.
Result<Invocation> InvocationOf(pid_t pid, uid_t owner);

}  // namespace pamjwt::ssh
