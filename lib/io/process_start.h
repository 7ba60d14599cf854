#pragma once

#include <cstdint>
#include <optional>

#include "core/base/result.h"

namespace pamjwt {

/// Returns when a process started, in clock ticks since the boot (proc_pid_stat(5)), or nullopt if
/// there is no such process. Errors: kInternal if /proc cannot be read.
Result<std::optional<std::int64_t>> ReadProcessStart(std::int64_t pid);

}  // namespace pamjwt
