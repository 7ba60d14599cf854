#pragma once

#include <string>

#include "core/login/decide.h"

namespace pamjwt {

/// One line for the person who tried to log in. It says why only where `tell_user` allows it;
/// else it is the same for every refusal, so that it tells nothing about accounts and keys.
std::string UserMessage(const Decision& decision);

}  // namespace pamjwt
