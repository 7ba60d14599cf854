#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::ctl {

/// The end of a program.
struct ProgramEnd {
  int exit_code;       ///< if a signal ended it, 128 plus the number of the signal
  std::string output;  ///< standard output and error, as they came
};

/// The place where a program's standard error goes.
enum class ProgramErrors { kWithOutput, kDropped };

/// Runs a program of the system and waits for its end. Its name is looked for in /usr/sbin,
/// /usr/bin, /sbin and /bin, whatever PATH is. Its standard input is empty. At most 256 KiB of its
/// output are kept. A program that has not ended after `patience` is killed. Errors: kInternal if
/// it is not installed, cannot be started, or is killed.
Result<ProgramEnd> RunProgram(std::vector<std::string> arguments, Seconds patience,
                              ProgramErrors errors = ProgramErrors::kWithOutput);

}  // namespace pamjwt::ctl
