#pragma once

#include <sys/types.h>

#include <string>

namespace pamjwt::ssh {

/// The parent of the process `pid`; 0 if it cannot be known.
pid_t ParentOf(pid_t pid);

/// The short name of the process `pid`, as the kernel has it; empty if it cannot be known.
std::string NameOfProcess(pid_t pid);

}  // namespace pamjwt::ssh
