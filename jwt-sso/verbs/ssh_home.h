#pragma once

#include <string>

#include "core/base/result.h"

namespace pamjwt::sso {

/// Returns the directory of the user's ssh files: .ssh in the home directory that the user database
/// names, which is where ssh looks. Errors: kInternal if the user is not known; kConfigInvalid if
/// HOME is another directory, as the user would expect the change there.
Result<std::string> SshDirectoryOfUser();

}  // namespace pamjwt::sso
