#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/jwk.h"

namespace pamjwt::fetcher {

/// The keys of a document that a login could use, and why each other key was left out.
struct KeySet {
  std::vector<Jwk> keys;             ///< never empty
  std::vector<std::string> skipped;  ///< one sentence per key that was left out
};

/// Reads the JWK Set (RFC 7517 §5) that `issuer` sent. Leaves out keys with a `use` that is not one
/// of `uses`. Builds each key once, so that the key file has no key that OpenSSL refuses. Errors:
/// kKeysMissing if the document is not a JWK Set, has more than kMaxKeysOfIssuer members, or has no
/// key that could be used. The caller then keeps the keys that it has.
Result<KeySet> ReadKeySet(std::string_view document, std::string_view issuer,
                          const std::vector<std::string>& uses);

}  // namespace pamjwt::fetcher
