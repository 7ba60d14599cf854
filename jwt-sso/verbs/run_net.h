#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::sso {

/// Returns the absolute path of this program. Errors: kInternal.
Result<std::string> OwnPath();

/// Replaces this process by the program that has the network. `words` are its arguments, without
/// its name. It is found by its place beside this program. Returns only if that fails. Errors:
/// kInternal.
Error RunNet(const std::vector<std::string>& words);

}  // namespace pamjwt::sso
