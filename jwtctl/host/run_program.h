#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::ctl {

struct ProgramEnd {
  int exit_code;       ///< 128 and the number of the signal, if that ended it
  std::string output;  ///< standard output and error, as they came
};

/// What becomes of a program's standard error.
enum class ProgramErrors { kWithOutput, kDropped };

/// Runs a program of the system: its name is looked for in the usual directories, PATH or not, and
/// its standard input is empty. At most 256 KiB of output are kept; one that is not done after
/// `patience` is killed. Errors: kInternal if it is not there or is killed.
Result<ProgramEnd> RunProgram(std::vector<std::string> arguments, Seconds patience,
                              ProgramErrors errors = ProgramErrors::kWithOutput);

}  // namespace pamjwt::ctl
