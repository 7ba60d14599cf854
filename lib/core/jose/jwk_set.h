#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/jose/jwk.h"

namespace pamjwt {

/// Reads those keys of a JWK Set that have the id `kid`, or all keys if `kid` is empty.
///
/// Checks the whole text as ParseJwkSet does, but makes no values of the other keys, so that a long
/// set costs little more than its length. Skips keys that ParseJwk refuses.
/// Errors: those of ParseJwkSet.
Result<JwkSet> ParseKeysOfSet(std::string_view text, std::string_view kid);

}  // namespace pamjwt
