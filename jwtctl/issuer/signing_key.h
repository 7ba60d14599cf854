#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/openssl_ptr.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/alg.h"
#include "core/jose/jwk.h"

namespace pamjwt::ctl {

/// A private key, or a secret, that signs tokens. It is for tests and small issuers: the module
/// never signs.
class SigningKey {
 public:
  /// Makes a new key of the type that `algorithm` needs, without kid and alg. A secret is base64url
  /// text of as many random bytes as the hash has. Errors: kInternal.
  static Result<SigningKey> Generate(Algorithm algorithm, unsigned rsa_bits);

  /// Takes a key pair. `key` must have the private half of `public_key`.
  SigningKey(Jwk public_key, EvpPkeyPtr key)
      : public_key_(std::move(public_key)), key_(std::move(key)) {}
  /// Takes a secret, as it is used for HMAC.
  explicit SigningKey(SecretString secret) : secret_(std::move(secret)) {
    public_key_.type = KeyType::kSecret;
  }

  [[nodiscard]] KeyType type() const { return public_key_.type; }
  /// Returns the public half: type, kid, alg and the numbers. A secret has no numbers.
  [[nodiscard]] const Jwk& public_key() const { return public_key_; }
  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }            ///< null for a secret
  [[nodiscard]] const SecretString& secret() const { return secret_; }  ///< empty for a key pair

  void SetKid(std::string kid) { public_key_.kid = std::move(kid); }
  void SetAlgorithm(std::string_view name) { public_key_.alg = name; }

  /// Returns the signature in the form of a JWS (RFC 7518 §3, RFC 8037 §3.1): its octets, which are
  /// R || S for ECDSA. Errors: kKeyUnknown if the key is not of the algorithm's type,
  /// kSecretUnusable if the secret is shorter than the hash (RFC 7518 §3.2), kInternal.
  [[nodiscard]] Result<Bytes> Sign(Algorithm algorithm, std::string_view input) const;

 private:
  Jwk public_key_;
  EvpPkeyPtr key_;
  SecretString secret_;
};

/// Returns a compact JWS (RFC 7515 §7.1) of two JSON texts, which are not changed.
/// Errors: those of Sign.
Result<std::string> SignToken(const SigningKey& key, Algorithm algorithm, std::string_view header,
                              std::string_view payload);

}  // namespace pamjwt::ctl
