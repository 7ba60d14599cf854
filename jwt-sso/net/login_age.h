#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Checks that hosts take the ID token of the login at `now`, if the renewed token needs it
/// (EndOfBinding). Errors: kNoToken, with the option that says how long they take it.
Status CheckLoginAge(const Profile& profile, const SavedLogin& login, UnixTime now);

}  // namespace pamjwt::sso
