#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::ctl {

/// The exit code and the output of a program that has ended.
struct ProgramEnd {
  int exit_code;       ///< if a signal ended it, 128 plus the number of the signal
  std::string output;  ///< standard output, with standard error as it came in between
};

/// The place where a program's standard error goes.
enum class ProgramErrors { kWithOutput, kDropped };

/// Runs a program of the system and waits for its end. `arguments` begins with its name, which is
/// looked for in /usr/sbin, /usr/bin, /sbin and /bin, whatever PATH is. Its standard input is
/// empty, and its environment is PATH with these directories and LC_ALL=C. At most 256 KiB of its
/// output are kept. A program that has not closed its output after `patience` is killed. Errors:
/// kInternal if it is not installed, cannot be started, or is killed for that.
Result<ProgramEnd> RunProgram(std::vector<std::string> arguments, Seconds patience,
                              ProgramErrors errors = ProgramErrors::kWithOutput);

}  // namespace pamjwt::ctl
