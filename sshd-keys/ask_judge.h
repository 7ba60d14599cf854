#pragma once

#include <string>

#include "core/base/result.h"
#include "sshd-keys/judge/question.h"

namespace pamjwt::keys {

/// Loads sshd-keys-judge.so, which stands beside this program, and has it answer. Returns the line
/// for sshd, or "". The library has logged its answer. Errors: kInternal if it cannot be loaded.
Result<std::string> AskJudge(const Question& question);

}  // namespace pamjwt::keys
