#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/jwk.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"

namespace pamjwt::oauth {

/// Verifies the signature of a token with those of the provider's keys that fit it: `use` must be
/// absent or "sig". `name` is that of the token in messages: "the ID token". Errors: those of
/// SelectKeys and VerifiedPayload::Verify.
Result<VerifiedPayload> VerifySignature(std::string_view name, const ParsedJws& jws,
                                        const std::vector<Jwk>& keys);

}  // namespace pamjwt::oauth
