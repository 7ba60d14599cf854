#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "io/process_stat.h"

namespace pamjwt::ctl {

/// The processes of one moment, and who started whom.
///
/// A process is below the one that started it, and below the leader of its session (setsid(2)): a
/// job in the background loses its parent when the shell that started it ends, but not its leader.
/// A process can only be below an older one. So a pid that was used again while the processes were
/// read joins nothing that does not belong together, and a loop ends.
class ProcessTree {
 public:
  /// Makes the tree of these processes. There is at most one process for each pid.
  explicit ProcessTree(std::vector<ProcessStat> processes);

  [[nodiscard]] const std::vector<ProcessStat>& processes() const { return processes_; }

  /// Finds a process. Returns nullptr if it has ended, also if its pid was used again. The process
  /// lives as long as the tree.
  [[nodiscard]] const ProcessStat* Find(const ProcessIdentity& id) const;
  /// Finds the process with this pid, or returns nullptr.
  [[nodiscard]] const ProcessStat* Find(std::int64_t pid) const;

  /// Returns these processes, as far as they run, and all that are below them, each once.
  [[nodiscard]] std::vector<ProcessStat> WithAllBelow(
      const std::vector<ProcessIdentity>& roots) const;

  /// Returns this process and those above it up to pid 1, by parents, and from each one also by the
  /// leader of its session.
  [[nodiscard]] std::vector<ProcessIdentity> WithAllAbove(std::int64_t pid) const;

 private:
  [[nodiscard]] std::optional<std::size_t> IndexOf(std::int64_t pid) const;
  void AddBelow(std::int64_t pid, std::size_t index);

  std::vector<ProcessStat> processes_;
  std::unordered_map<std::int64_t, std::size_t> indexes_;             // by pid
  std::unordered_map<std::int64_t, std::vector<std::size_t>> below_;  // by pid
};

}  // namespace pamjwt::ctl
