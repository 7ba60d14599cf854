#pragma once

#include <string>

#include "core/login/decide.h"

namespace pamjwt {

/// Tells a user who typed something else that only a token counts here (`token_only`). It is the
/// same for every user.
inline constexpr const char* kTokenExpected =
    "A token is expected here, not a password. The program ssh-jwt gives yours.";

/// Returns one line for the person who tried to log in. It says why only if `tell_user` allows it.
/// Else it is the same for every refusal, so that it shows nothing about accounts and keys.
std::string UserMessage(const Decision& decision);

}  // namespace pamjwt
