#pragma once

#include "core/base/result.h"
#include "core/config/issuer.h"
#include "core/jose/jws.h"

namespace pamjwt {

/// Returns whether `algorithm` is in the issuer's `algorithms`.
bool IsAllowed(Algorithm algorithm, const Issuer& issuer);

/// Checks that the token's algorithm is in the issuer's `algorithms` (RFC 8725 §3.1).
/// Errors: kAlgorithm, with the line of the option.
Status CheckAlgorithm(const ParsedJws& jws, const Issuer& issuer);

/// Checks that the token's type is in the issuer's `token_types` (RFC 8725 §3.11).
/// Errors: kType, with the line of the option.
Status CheckType(const ParsedJws& jws, const Issuer& issuer);

}  // namespace pamjwt
