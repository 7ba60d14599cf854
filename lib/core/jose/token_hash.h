#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/jose/alg.h"

namespace pamjwt {

/// Returns the hash by which an ID token names another token, as `at_hash` does (OpenID Connect
/// Core §3.1.3.6): the left half of the digest of the token's text, in base64url. The digest is
/// that of the algorithm which signed the ID token, and SHA-512 for Ed25519 (RFC 8032 §5.1).
/// Errors: kInternal.
Result<std::string> TokenHash(Algorithm algorithm, std::string_view token);

}  // namespace pamjwt
