#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/session/session_record.h"

namespace pamjwt {

/// A process, as the kernel describes it (proc_pid_stat(5)).
struct ProcessStat {
  ProcessIdentity id;
  std::int64_t parent = 0;   ///< the pid of its parent; 0 for pid 1, and where it is not visible
  std::int64_t session = 0;  ///< the pid of the process that called setsid(2); 0: not visible
  /// The state. 'T' and 't': it is stopped; 'Z' and 'X': it has ended, with all its threads.
  char state = 'R';
  bool is_kernel = false;  ///< whether it is a thread of the kernel

  bool operator==(const ProcessStat&) const = default;
};

/// Returns whether the process has ended, and only its parent does not know yet.
bool HasEnded(const ProcessStat& process);

/// Parses the text of /proc/PID/stat. Returns nullopt if it is of another form.
std::optional<ProcessStat> ParseProcessStat(std::string_view text);

/// Reads the description of a process. Returns nullopt if there is no process with this pid.
/// Errors: kInternal if /proc cannot be read.
Result<std::optional<ProcessStat>> ReadProcessStat(std::int64_t pid);

}  // namespace pamjwt
