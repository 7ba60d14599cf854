#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/jwk.h"

namespace pamjwt::fetcher {

/// The keys of a document that a login could use, and why each other key was left out.
struct KeySet {
  std::vector<Jwk> keys;             ///< empty only if every key was left out
  std::vector<std::string> skipped;  ///< one sentence per key that was left out, with its kid
};

/// The most keys that the log and the method Status list as left out. The bound keeps an issuer
/// from filling the log.
inline constexpr std::size_t kMaxSkippedShown = 16;

/// Reads the JWK Set (RFC 7517 §5) that `issuer` sent. Leaves out keys with a `use` that is not one
/// of `uses`. Builds each key once, so that the key file has no key that OpenSSL refuses. Errors:
/// kKeysMissing if the document is not a JWK Set, is empty, or has more than kMaxKeysOfIssuer
/// members. After an error, or if no key could be used, the caller keeps the keys that it has.
Result<KeySet> ReadKeySet(std::string_view document, std::string_view issuer,
                          const std::vector<std::string>& uses);

/// Returns the first kMaxSkippedShown of `skipped`. If there are more, their number stands behind
/// them ("and 3 more").
std::vector<std::string> FirstSkipped(const std::vector<std::string>& skipped);

}  // namespace pamjwt::fetcher
