#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/jose/alg.h"
#include "core/json/json.h"

namespace pamjwt {

/// A public key that may verify signatures (RFC 7517, RFC 7518 §6, RFC 8037 §2): checked in form,
/// not yet built.
struct Jwk {
  KeyType type = KeyType::kRsa;
  std::string kid;  ///< empty: the key has none (RFC 7517 §4.5)
  std::string alg;  ///< empty: any algorithm of its type (RFC 7517 §4.4)
  Bytes n, e;       ///< RSA: modulus and exponent, big-endian
  Bytes x, y;       ///< EC: coordinates in the curve's length; Ed25519: x alone
};

/// A JWK Set read leniently: the good keys, and why each of the others was left out.
struct JwkSet {
  struct Skipped {
    std::size_t index;  ///< in `keys`, from 0
    std::string kid;
    std::string why;
  };
  std::vector<Jwk> keys;
  std::vector<Skipped> skipped;
};

/// One JWK. Refused (kKeyUnknown, with the reason in the detail): private members and `oct`, a type
/// or curve that no algorithm of ours needs, `use` or `key_ops` that rule verification out, RSA
/// outside 2048 to 8192 bits, with an even modulus, or with an exponent that is even or not from 3
/// to 2^32, coordinates of a wrong length, Ed25519 points of small order or in no canonical form.
/// That an EC point lies on its curve is found out when the key is built (jose/verify.h).
Result<Jwk> ParseJwk(const Json& value);

/// A JWK Set (RFC 7517 §5): a bad key is skipped, the others stay.
/// Errors: kKeysMissing if the text is no JWK Set at all, or has more than kMaxKeysInSet members.
Result<JwkSet> ParseJwkSet(std::string_view text);

inline constexpr std::size_t kMaxJwkSetBytes = std::size_t{1024} * 1024;
inline constexpr std::size_t kMaxKeysInSet = 1024;

/// The SHA-256 thumbprint of a key (RFC 7638 §3), in base64url.
Result<std::string> Thumbprint(const Jwk& key);

}  // namespace pamjwt
