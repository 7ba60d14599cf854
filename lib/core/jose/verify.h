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

/// The payload of a token whose signature held. There is no other way to one.
class VerifiedPayload {
 public:
  /// Verifies with a public key (RFC 7515 §5.2, RFC 7518 §3.3 to 3.5, RFC 8037 §3.1). The key's
  /// type and `alg` must be those of the token; RSA signatures must be as long as the modulus, PSS
  /// salts as long as the hash, ECDSA signatures exactly R || S.
  /// Errors: kSignature; kKeyUnknown if the key cannot be built (a point off its curve) or is not
  /// for this algorithm; kInternal.
  static Result<VerifiedPayload> Verify(const ParsedJws& jws, const Jwk& key);

  /// Verifies an HMAC (RFC 7518 §3.2), compared in constant time.
  /// Errors: kSignature; kSecretUnusable if the secret is shorter than the hash; kInternal.
  static Result<VerifiedPayload> Verify(const ParsedJws& jws, const SecretString& secret);

  [[nodiscard]] std::string_view text() const { return text_.view(); }
  /// The kid of the key that made the signature, whatever the header says; empty: it has none.
  [[nodiscard]] const std::string& key_id() const { return key_id_; }

 private:
  VerifiedPayload(const ParsedJws& jws, std::string key_id)
      : text_(jws.payload_.view()), key_id_(std::move(key_id)) {}

  SecretString text_;
  std::string key_id_;
};

/// The key as OpenSSL wants it. Errors: kKeyUnknown if OpenSSL refuses the numbers; kInternal.
Result<EvpPkeyPtr> BuildKey(const Jwk& key);

}  // namespace pamjwt
