#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::sso {

/// Writes all of `text` to a descriptor, or its beginning if nobody reads it.
void Print(int fd, std::string_view text);

/// Asks on standard error whether to go on, and reads the answer from standard input. Errors:
/// kConversation if it is not "y" or "yes"; kConfigInvalid if standard input is not a terminal.
Status AskToGoOn(std::string_view question);

}  // namespace pamjwt::sso
