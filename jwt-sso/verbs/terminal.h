#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::sso {

/// Writes `text` to standard error. If that fails, there is nobody to tell.
void Tell(std::string_view text);

/// Asks on standard error whether to go on, and reads the answer from standard input. Errors:
/// kConversation if it is not "y" or "yes"; kConfigInvalid if standard input is not a terminal.
Status AskToGoOn(std::string_view question);

/// Returns whether messages of `jwt-sso renew` are left out. They are with --quiet. ssh runs it
/// (ssh_config(5), Match exec) with /dev/null as standard input and output, and with its own
/// standard error: then messages are for a terminal only, because a program that runs ssh may read
/// that text.
bool IsSilent(bool is_quiet);

}  // namespace pamjwt::sso
