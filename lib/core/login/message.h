#pragma once

#include <string>

#include "core/login/decide.h"

namespace pamjwt {

/// Returns one line for the person who tried to log in. It says why only if `tell_user` allows it.
/// Else it is the same for every refusal, so that it shows nothing about accounts and keys.
std::string UserMessage(const Decision& decision);

}  // namespace pamjwt
