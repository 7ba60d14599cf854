#pragma once

#include "core/base/time.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/state/state_places.h"

namespace pamjwt::sso {

/// Checks whether the profile's certificate is there, good at `now` and for more than `least`, and
/// whether ssh can use its key (CheckKeyFor), so that `jwt-sso renew` has nothing to do. Returns
/// false for a profile that makes no certificates, and if anything cannot be read: renewing then
/// says what is wrong. Takes no lock, and needs neither a network nor libcrypto.
bool HasGoodCertificate(const Profile& profile, const UserPlaces& places, UnixTime now,
                        Seconds least);

}  // namespace pamjwt::sso
