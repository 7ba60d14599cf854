#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::ssh {

/// `text` with `?` for each control character that is no line end and no tab. Names of hosts and
/// users come from URLs that others wrote.
std::string Printable(std::string_view text);

/// Shows `prompt` on the terminal, and reads one line there, without its end. With `visible` off
/// it is not echoed. Control characters of the prompt are not shown.
/// Errors: kConversation if there is no terminal, or no answer.
Result<SecretString> AskUser(std::string_view prompt, bool visible);

/// Shows `text` on the terminal, as a line. Errors: kConversation.
Status TellUser(std::string_view text);

}  // namespace pamjwt::ssh
