#pragma once

#include "core/base/result.h"
#include "jwt-sso/arguments.h"

namespace pamjwt::sso {

/// Logs the user out of a profile: revokes the refresh token, then deletes the login, its
/// certificate and its key. If the provider cannot be told, that is said, and the login is deleted
/// all the same. With --all, does so for every state, also if its profile is gone or cannot be
/// read, and goes on behind an error. Errors: those of OpenLoggedIn, ListStates, ReadLogin and
/// ProfileState::Delete.
Status Logout(const Arguments& arguments);

}  // namespace pamjwt::sso
