#pragma once

#include <string>

#include "core/base/result.h"
#include "jwt-sso/profile/profiles.h"

namespace pamjwt::sso {

/// Returns what `jwt-sso profiles` prints: a line for each profile, or an object of JSON with the
/// member "profiles". Each member of that list has "name" and "path", and either "issuer", "use"
/// ("certificate" or "prompt") and "hosts", or "error". Errors: those of ListProfiles.
Result<std::string> ShowProfiles(const ProfilePlaces& places, bool json);

/// Returns the name of the only profile for prompts whose hosts match `host`, or "" if there is no
/// such profile. Errors: those of ListProfiles and ReadProfile; kConfigInvalid if several match.
Result<std::string> ProfileForHost(const ProfilePlaces& places, const std::string& host);

}  // namespace pamjwt::sso
