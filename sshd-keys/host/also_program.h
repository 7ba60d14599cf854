#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::keys {

/// The longest output of another program that is passed on, in bytes.
inline constexpr std::size_t kMaxAlsoBytes = std::size_t{1024} * 1024;

/// Another program that answers sshd too, since sshd knows one AuthorizedKeysCommand only.
class AlsoProgram {
 public:
  /// Starts a program without a shell: `command` is its path and its arguments. Links in the path
  /// are followed once, when it is checked. It has the environment of this process, and /dev/null
  /// as standard input and standard error. The process must have silenced its streams. If this
  /// process ends first, the kernel ends the program too, unless executing it gave it other rights
  /// (prctl(2), PR_SET_PDEATHSIG).
  ///
  /// Errors: those of FindSafeProgram; kInternal if no process can be made.
  static Result<AlsoProgram> Start(const std::vector<std::string>& command);

  /// Waits until the program ends, and returns all that it printed. Errors: kInternal if it cannot
  /// be executed, does not exit with 0, or prints more than kMaxAlsoBytes. It may only be called
  /// once.
  Result<std::string> Finish() &&;

 private:
  AlsoProgram(pid_t process, UniqueFd output) : process_(process), output_(std::move(output)) {}

  pid_t process_;
  UniqueFd output_;
};

}  // namespace pamjwt::keys
