#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// Answers `prompt` on standard output, as an askpass: of the ssh that ssh-jwt started, of an ssh
/// that the user started, or of sudo. What is no question for a token goes to the terminal.
///
/// Errors: with a detail for the user, or without one where it was told already.
Status AnswerPrompt(std::string_view prompt);

}  // namespace pamjwt::ssh
