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

/// The keys of an issuer that count. The lists must outlive it.
struct KeyFilter {
  const std::vector<std::string>& uses;         ///< the values that `use` may have, if it is there
  const std::vector<std::string>& thumbprints;  ///< empty: any key
};

/// The most keys that one token is verified with, so that a forged token costs little.
inline constexpr std::size_t kMaxCandidates = 4;

/// Returns the keys of an issuer that may have signed a token.
///
/// A key must have the type of the algorithm, and be for that algorithm or for any. It must have
/// the kid that the token names, if the token names one. Its `use` (RFC 7517 §4.2) must be absent,
/// or one of `filter.uses`. Its thumbprint (RFC 7638) must be one of `filter.thumbprints`, if there
/// are any.
/// Errors: kKeyUnknown if no key fits; kKeyAmbiguous if more than kMaxCandidates fit; kInternal.
Result<std::vector<Jwk>> SelectKeys(const std::vector<Jwk>& keys, const KeyQuery& query,
                                    const KeyFilter& filter);

}  // namespace pamjwt
