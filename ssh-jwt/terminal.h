#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::ssh {

/// Returns `text` with `?` for each control character that is neither a line end nor a tab. Names
/// of hosts and users may come from a URL that an attacker wrote.
std::string Printable(std::string_view text);

/// Returns whether this process has a terminal, at which the user can be asked.
bool HasTerminal();

/// Shows `prompt` on the terminal, and reads one line there, of at most 4096 bytes, without its
/// end. The line is echoed only if `visible`. Control characters of the prompt are shown as `?`.
/// Errors: kConversation if there is no terminal, or no answer.
Result<SecretString> AskUser(std::string_view prompt, bool visible);

/// Shows `text` on the terminal, as a line, with `?` for control characters. Errors: kConversation
/// if there is no terminal.
Status TellUser(std::string_view text);

}  // namespace pamjwt::ssh
