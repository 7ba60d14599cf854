#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/jwk.h"

namespace pamjwt::fetcher {

/// The keys of a document that a login could use, and why each of the others was left out.
struct KeySet {
  std::vector<Jwk> keys;  ///< never empty
  std::vector<std::string> skipped;
};

/// Reads the JWK Set (RFC 7517 §5) that an issuer sent. Each key is built once here, so that the
/// key file has none that OpenSSL refuses.
/// Errors: kKeysMissing if it is no JWK Set, has more than kMaxKeysOfIssuer members, or no key that
/// could be used: then what was there before is better.
Result<KeySet> ReadKeySet(std::string_view document, std::string_view issuer);

}  // namespace pamjwt::fetcher
