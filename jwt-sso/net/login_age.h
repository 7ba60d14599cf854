#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Checks that hosts take the ID token of the login at `now`, if the renewed token needs it
/// (EndOfBinding). Errors: kNoToken, with the option that says how long they take it.
Status CheckLoginAge(const Profile& profile, const SavedLogin& login, UnixTime now);

/// Returns when hosts stop taking the token of the login, or nullopt if that is not known. The
/// certificate, if there is one, has the end that counts.
std::optional<UnixTime> EndFor(const OpenedProfile& opened, const SavedLogin& login);

/// Checks that a login that was just renewed is good for more than `least` at `now`. Errors:
/// kExpired, with the time for which it is good; none if its end is not known.
Status CheckLasts(const OpenedProfile& opened, const SavedLogin& login, UnixTime now,
                  Seconds least);

}  // namespace pamjwt::sso
