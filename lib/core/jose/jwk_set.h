#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/jose/jwk.h"

namespace pamjwt {

/// The longest JWK Set that is read, in bytes.
inline constexpr std::size_t kMaxJwkSetBytes = std::size_t{1024} * 1024;
/// The most keys that a JWK Set may have, usable or not.
inline constexpr std::size_t kMaxKeysInSet = 1024;

/// The usable keys of a JWK Set, and why each other key was skipped.
struct JwkSet {
  /// A key that cannot be used.
  struct Skipped {
    std::size_t index;  ///< its place in the text's `keys`, from 0
    std::string kid;    ///< empty: the key has no kid
    std::string why;
  };
  std::vector<Jwk> keys;
  std::vector<Skipped> skipped;
};

/// Reads a JWK Set (RFC 7517 §5). Skips keys that ParseJwk refuses.
/// Errors: kKeysMissing if the text is not a JWK Set, or has more than kMaxKeysInSet keys.
Result<JwkSet> ParseJwkSet(std::string_view text);

/// Reads those keys of a JWK Set that have the id `kid`, or all keys if `kid` is empty.
///
/// Checks the whole text as ParseJwkSet does, but makes no values of the other keys, so that a long
/// set costs little more than its length. Skips keys that ParseJwk refuses. With `kid`, a key
/// without an id is not read, and `skipped` has only keys with that id.
/// Errors: those of ParseJwkSet.
Result<JwkSet> ParseKeysOfSet(std::string_view text, std::string_view kid);

}  // namespace pamjwt
