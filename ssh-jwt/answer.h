#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// Answers `prompt` on standard output, as the askpass of the ssh that ssh-jwt started, of an ssh
/// that the user started, or of sudo. A question that is not for a token is asked at the terminal.
///
/// Errors: the detail is for the user. It is empty if the user was told already.
Status AnswerPrompt(std::string_view prompt);

}  // namespace pamjwt::ssh
