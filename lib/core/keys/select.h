#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/alg.h"
#include "core/jose/jwk.h"

namespace pamjwt {

/// The key that a token asks for.
struct KeyQuery {
  std::string kid;  ///< empty: the token names no key
  Algorithm algorithm;
};

/// The most keys that one token is verified with, so that a forged token costs little.
inline constexpr std::size_t kMaxCandidates = 4;

/// Returns the keys of an issuer that may have signed a token.
///
/// A key must have the type of the algorithm, and be for that algorithm or for any. It must have
/// the kid that the token names, if the token names one. Its thumbprint (RFC 7638) must be one of
/// `thumbprints`, if there are any.
/// Errors: kKeyUnknown if no key fits; kKeyAmbiguous if more than kMaxCandidates fit; kInternal.
Result<std::vector<Jwk>> SelectKeys(const std::vector<Jwk>& keys, const KeyQuery& query,
                                    const std::vector<std::string>& thumbprints);

}  // namespace pamjwt
