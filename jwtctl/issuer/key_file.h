#pragma once

#include <string>

#include "core/base/result.h"
#include "jwtctl/issuer/signing_key.h"

namespace pamjwt::ctl {

/// Loads the key that signs: a private JWK, which is a JSON object, or else a secret. PEM is
/// refused, as it cannot be meant as a secret. Errors: kConfigInvalid, with the path.
Result<SigningKey> LoadSigningKey(const std::string& path);

}  // namespace pamjwt::ctl
