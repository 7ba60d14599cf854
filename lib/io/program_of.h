#pragma once

#include <sys/types.h>

#include <string>

#include "core/base/result.h"

namespace pamjwt {

/// Returns the path of the program that runs in the process `pid`, without links, as the kernel
/// knows it. An upgrade may have put another file there. Errors: kInternal.
Result<std::string> ProgramOf(pid_t pid);

}  // namespace pamjwt
