#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::ssh {

/// The descriptors that become the standard streams of a program.
struct Streams {
  int input = 0;
  int output = 1;
  int error = 2;
};

/// Starts the program `arguments[0]`, a path, with no signal blocked, and returns its process id.
/// The process ends with 127 if the program cannot be run. Errors: kInternal.
Result<pid_t> Start(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& environment, const Streams& streams);

/// Replaces this process by the program `arguments[0]`. Returns only if that fails, with errno set.
void Become(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

/// The output of a program, and how it ended.
struct Output {
  SecretString text;
  int status = 0;       ///< by ExitStatus
  bool is_cut = false;  ///< the program printed more than Capture takes
};

/// The stream of a program that Capture takes.
enum class CapturedStream : std::uint8_t {
  kOutput,       ///< standard output; standard error goes where ours goes
  kOutputAlone,  ///< standard output; standard error is dropped
  kError,        ///< standard error; standard output is dropped
};

/// The ways to go on when a program prints more than Capture takes.
enum class Excess : std::uint8_t {
  kDrop,  ///< drops the rest, and lets the program end
  kEnd,   ///< kills the program
};

/// Runs the program `arguments[0]` until it ends, with the descriptor `input`, or else /dev/null,
/// as its standard input. Takes at most `max_bytes` of what the program prints to `stream`.
/// Errors: kInternal if no process can be started.
Result<Output> Capture(const std::vector<std::string>& arguments, CapturedStream stream,
                       std::size_t max_bytes, std::optional<int> input = std::nullopt,
                       Excess excess = Excess::kDrop);

/// Returns what waitpid() says as shells do: the exit status, or 128 plus the signal.
int ExitStatus(int wait_status);

/// Returns the environment of this process, each variable as `NAME=value`.
std::vector<std::string> Environment();

}  // namespace pamjwt::ssh
