#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "jwtctl/issuer/signing_key.h"

namespace pamjwt::ctl {

/// Reads one private JWK (RFC 7517): a key pair with all its private members, or a secret (`oct`).
///
/// The module must accept the public half (ParseJwk), and the halves must belong together:
/// otherwise hosts would refuse the tokens, and nobody would see why. Errors: kKeyUnknown, with
/// what is wrong; kInternal.
Result<SigningKey> ParsePrivateJwk(std::string_view text);

/// Returns the key as a private JWK with `use`, with `kid` and `alg` unless they are empty, and a
/// newline. Errors: kInternal.
Result<SecretString> PrivateJwkText(const SigningKey& key);

/// Returns a public half as a JWK Set of one key (RFC 7517 §5), and a newline. Not meant for a
/// secret.
std::string PublicJwkSetText(const Jwk& key);

}  // namespace pamjwt::ctl
