#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "jwtctl/issuer/signing_key.h"

namespace pamjwt::ctl {

/// Reads one private JWK (RFC 7517): a key pair with all its private members, or `oct`.
///
/// The public half must be one that the module takes (ParseJwk), and the halves must belong
/// together: else the tokens would be refused, and nobody would see why.
/// Errors: kKeyUnknown, with what is wrong; kInternal.
Result<SigningKey> ParsePrivateJwk(std::string_view text);

/// The key as a private JWK, with kid, alg and use, and a newline. Errors: kInternal.
Result<SecretString> PrivateJwkText(const SigningKey& key);

/// The public half as a JWK Set of one key (RFC 7517 §5), and a newline. Not for a secret.
std::string PublicJwkSetText(const Jwk& key);

}  // namespace pamjwt::ctl
