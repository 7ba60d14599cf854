#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "sshd-keys/judge/question.h"

namespace pamjwt::keys {

/// The command line of sshd-keys.
struct Arguments {
  Question question;
  std::string type;               ///< the name of the key's type
  std::vector<std::string> also;  ///< another program and its arguments, or empty
};

/// Parses the words behind the name of the program.
///
/// Options end at the first word that is not one of ours, or at "--", so that the name of a user
/// may begin with a dash. Errors: kConfigInvalid; the detail holds no word of the command line,
/// since each of them may be a certificate.
Result<Arguments> ParseArguments(const std::vector<std::string>& words);

/// Returns the help or the version if they are all that is asked for, else "".
std::string AnswerToAPerson(const std::vector<std::string>& words);

}  // namespace pamjwt::keys
