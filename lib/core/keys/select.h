#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/alg.h"
#include "core/jose/jwk.h"

namespace pamjwt {

/// Which key a token asks for.
struct KeyQuery {
  std::string kid;  ///< empty: the token names none
  Algorithm algorithm;
};

/// A forged token must not cost many verifications.
inline constexpr std::size_t kMaxCandidates = 4;

/// The keys of an issuer that may have signed a token: of the algorithm's type, for that algorithm
/// or for any, with this very kid if the token names one, and, if `thumbprints` is not empty, among
/// them (RFC 7638).
/// Errors: kKeyUnknown if there is none, kKeyAmbiguous if there are more than kMaxCandidates.
Result<std::vector<Jwk>> SelectKeys(const std::vector<Jwk>& keys, const KeyQuery& query,
                                    const std::vector<std::string>& thumbprints);

}  // namespace pamjwt
