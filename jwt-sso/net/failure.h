#pragma once

#include <string>

#include "core/base/error.h"

namespace pamjwt::sso {

/// Returns the error of a profile whose user must log in: nobody is logged in, or the login is
/// over.
Error LoginNeeded(std::string detail);

}  // namespace pamjwt::sso
