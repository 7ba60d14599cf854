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

/// The descriptors that a program gets as its standard streams.
struct Streams {
  int input = 0;
  int output = 1;
  int error = 2;
};

/// Starts the program `arguments[0]`, a path, with no signal blocked. It ends with 127 if it
/// cannot be run. Errors: kInternal.
Result<pid_t> Start(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& environment, const Streams& streams);

/// Becomes the program `arguments[0]`; returns only if that cannot be.
void Become(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

/// What a program printed, and how it ended.
struct Output {
  SecretString text;
  int status = 0;
};

/// The stream of a program that Capture takes.
enum class CapturedStream : std::uint8_t {
  kOutput,       ///< standard output; standard error goes where ours goes
  kOutputAlone,  ///< standard output; standard error is dropped
  kError,        ///< standard error; standard output is dropped
};

/// Runs `arguments` with the descriptor `input` as standard input, or without one, and takes what
/// it prints, up to `max_bytes`; the rest is dropped. Errors: kInternal if it cannot be run.
Result<Output> Capture(const std::vector<std::string>& arguments, CapturedStream stream,
                       std::size_t max_bytes, std::optional<int> input = std::nullopt);

/// What waitpid() says, in the way of shells: the exit status, or 128 and the signal.
int ExitStatus(int wait_status);

/// The variables of this process, as `NAME=value`.
std::vector<std::string> Environment();

}  // namespace pamjwt::ssh
