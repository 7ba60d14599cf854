#pragma once

#include "core/base/result.h"
#include "jwt-sso/arguments.h"

namespace pamjwt::sso {

/// Logs the user out of a profile, or with --all of each one that has a login: revokes the refresh
/// token, then deletes the login, its certificate and its key. If the provider cannot be told, that
/// is said, and the login is deleted all the same. Errors: those of OpenLoggedIn, ReadLogin and
/// ProfileState::Delete.
Status Logout(const Arguments& arguments);

}  // namespace pamjwt::sso
