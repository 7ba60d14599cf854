#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/jwk.h"
#include "core/jose/jws.h"

namespace pamjwt {

/// The payload of a token whose signature was verified. Only Verify makes a VerifiedPayload.
class VerifiedPayload {
 public:
  /// Verifies the signature with a public key (RFC 7515 §5.2, RFC 7518 §3.3 to 3.5, RFC 8037 §3.1).
  ///
  /// The type and the `alg` of the key must fit the token's `alg`. An RSA signature must be as long
  /// as the modulus, a PSS salt as long as the hash, and an ECDSA signature exactly R || S.
  /// Errors: kSignature; kKeyUnknown if the key is not for this algorithm, or cannot be built, for
  /// example because its point is not on the curve; kInternal.
  static Result<VerifiedPayload> Verify(const ParsedJws& jws, const Jwk& key);

  /// Verifies an HMAC with a secret (RFC 7518 §3.2). Compares in constant time.
  /// Errors: kSignature; kKeyUnknown if `alg` is not an HMAC; kSecretUnusable if the secret is
  /// shorter than the hash; kInternal.
  static Result<VerifiedPayload> Verify(const ParsedJws& jws, const SecretString& secret);

  /// Returns the payload as text, not parsed. The text lives as long as this object.
  [[nodiscard]] std::string_view text() const { return text_.view(); }
  /// Returns the kid of the key that verified the signature, whatever the header says. It is empty
  /// if the key has no kid, and for a secret.
  [[nodiscard]] const std::string& key_id() const { return key_id_; }

 private:
  VerifiedPayload(const ParsedJws& jws, std::string key_id)
      : text_(jws.payload_.view()), key_id_(std::move(key_id)) {}

  SecretString text_;
  std::string key_id_;
};

/// Builds OpenSSL's key. Errors: kKeyUnknown if OpenSSL refuses the numbers; kInternal.
Result<EvpPkeyPtr> BuildKey(const Jwk& key);

}  // namespace pamjwt
