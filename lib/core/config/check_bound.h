#pragma once

#include "core/base/result.h"
#include "core/config/issuer.h"

namespace pamjwt {

// The checks of an issuer's options for tokens that are bound to a key.
// Errors: kConfigInvalid, with the line of the option.

/// Checks that no audience is in `bound_audiences` and also in `audiences`, of the issuer or of a
/// service. A token either needs proof of its key, or needs no proof.
Status CheckBoundAudiences(const Issuer& issuer);
/// Checks that the issuer has public keys if it has `bound_audiences`: the program that judges
/// certificates cannot read secrets.
Status CheckBoundKeys(const Issuer& issuer);
/// Checks that `max_bound_age` stands beside `bound_audiences`, and is not more than
/// `max_token_age`, which would refuse the token before.
Status CheckBoundAge(const Issuer& issuer);

}  // namespace pamjwt
