#pragma once

#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/jose/alg.h"
#include "core/json/json.h"

namespace pamjwt {

/// A public key that may verify signatures (RFC 7517, RFC 7518 §6, RFC 8037 §2). Its form was
/// checked. OpenSSL's key is not built yet (BuildKey).
struct Jwk {
  KeyType type = KeyType::kRsa;
  std::string kid;  ///< empty: the key has no id (RFC 7517 §4.5)
  std::string alg;  ///< empty: the key is for any algorithm of its type (RFC 7517 §4.4)
  std::string use;  ///< empty: the key is for any use (RFC 7517 §4.2); never "enc"
  Bytes n, e;       ///< RSA: modulus and exponent, big-endian
  Bytes x, y;       ///< EC: coordinates in the curve's length; Ed25519: x alone
};

/// Checks the numbers of a public key. Numbers of RSA have no zero byte in front, and are not
/// empty.
///
/// Errors: kKeyUnknown, with the reason in the detail, for an RSA modulus that is even or has not
/// 2048 to 8192 bits; an RSA exponent that is even or not from 3 to 2^32; coordinates of a wrong
/// length; Ed25519 points of small order or not in canonical form. Whether an EC point lies on its
/// curve is checked when the key is built (jose/verify.h).
Status CheckNumbers(const Jwk& key);

/// Reads one JWK.
///
/// Errors: kKeyUnknown, with the reason in the detail, for a member that is absent or malformed;
/// private members and `oct`; a type or curve that no algorithm here needs; a `key_ops` or `alg`
/// with which the key must not verify, or the `use` "enc"; and those of CheckNumbers. Whether any
/// other `use` is one that an issuer's keys may have is for HasUse.
Result<Jwk> ParseJwk(const Json& value);

/// Checks whether the `use` of a key is one of `uses`, or absent, which means any use (RFC 7517
/// §4.2). Uses are compared byte for byte.
bool HasUse(const Jwk& key, const std::vector<std::string>& uses);

/// Returns whether both are the same key. Their other members, such as kid, do not count.
bool IsSameKey(const Jwk& a, const Jwk& b);

/// Returns the SHA-256 thumbprint of a key (RFC 7638 §3) in base64url. Errors: kInternal.
Result<std::string> Thumbprint(const Jwk& key);

}  // namespace pamjwt
