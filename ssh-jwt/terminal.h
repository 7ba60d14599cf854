#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::ssh {

/// Shows `prompt` on the terminal, and reads one line there, without its end. With `visible` off
/// it is not echoed. Control characters of the prompt are not shown.
/// Errors: kConversation if there is no terminal, or no answer.
Result<SecretString> AskUser(std::string_view prompt, bool visible);

/// Shows `text` on the terminal, as a line. Errors: kConversation.
Status TellUser(std::string_view text);

}  // namespace pamjwt::ssh
