#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "io/process_stat.h"

namespace pamjwt::ctl {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Reads all processes that this process can see. Leaves out those that end meanwhile, and threads
/// of the kernel. Errors: kInternal if /proc cannot be read.
Result<std::vector<ProcessStat>> ReadProcesses();

/// The users of a process.
struct ProcessUsers {
  std::uint32_t real = 0;
  std::uint32_t effective = 0;
  std::uint32_t saved = 0;

  /// Returns whether the process is one of this user. The effective user alone does not make it
  /// one: a daemon of root may take it for a moment, to open the files of a user.
  [[nodiscard]] bool IsOf(std::uint32_t uid) const { return real == uid || saved == uid; }
};

/// Parses the text of /proc/PID/status. Returns nullopt if it does not name the users.
std::optional<ProcessUsers> ParseProcessUsers(std::string_view status);

/// Reads the users of a process. Returns nullopt if it has ended, or cannot be read.
std::optional<ProcessUsers> ReadProcessUsers(std::int64_t pid);

/// Sends a signal to exactly this process, and never to another one that has its pid by now. Does
/// nothing if the process has ended. Errors: kInternal if the kernel refuses.
Status SendSignal(const ProcessIdentity& process, int signal);

/// Waits until these processes have ended, or until `deadline`. Returns those that have not ended.
/// At most 256 are watched at a time, so that there may be any number.
std::vector<ProcessIdentity> AwaitEnds(const std::vector<ProcessIdentity>& processes,
                                       SteadyTime deadline);

}  // namespace pamjwt::ctl
