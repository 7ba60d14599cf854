#pragma once

#include <string>

#include "core/base/error.h"
#include "jwt-sso/exit_code.h"

namespace pamjwt::sso {

/// Returns the error of a profile whose user must log in: nobody is logged in, or the login is
/// over.
Error LoginNeeded(std::string detail);

/// Returns what the program exits with after an error.
ExitCode ExitCodeOf(const Error& error);

}  // namespace pamjwt::sso
