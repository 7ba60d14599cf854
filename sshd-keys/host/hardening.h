#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::keys {

/// Makes sure that no memory of this process, which holds claims of a person, reaches a core file.
void ForbidCoreDumps();

/// Makes the process exit with 0 where it would crash, and leave a line in the log. Without memory,
/// libc itself may crash, and sshd logs the whole command line of a command that a signal ended.
void ExitWellOnCrashes();

/// Returns the words behind the name of the program, and overwrites them where ps(1) reads them:
/// one of them may be a certificate.
std::vector<std::string> TakeWords(std::span<char*> argv);

/// Points standard input and standard error at /dev/null, and standard output too if it is closed.
/// So no file that is opened later gets one of their numbers, and no library can write into the log
/// of sshd, whose standard error this process inherits. Errors: kInternal.
Status SilenceStreams();

}  // namespace pamjwt::keys
