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

/// A private key, or a secret, that signs tokens. For tests and small issuers: the module has none.
class SigningKey {
 public:
  /// A new one, of the type that `algorithm` needs. A secret is random base64url text with as many
  /// random bytes as the hash has. Without kid and alg. Errors: kInternal.
  static Result<SigningKey> Generate(Algorithm algorithm, unsigned rsa_bits);

  /// `key` is the private half of `public_key`.
  SigningKey(Jwk public_key, EvpPkeyPtr key)
      : public_key_(std::move(public_key)), key_(std::move(key)) {}
  explicit SigningKey(SecretString secret) : secret_(std::move(secret)) {
    public_key_.type = KeyType::kSecret;
  }

  [[nodiscard]] KeyType type() const { return public_key_.type; }
  /// Type, kid and alg; of a secret nothing else.
  [[nodiscard]] const Jwk& public_key() const { return public_key_; }
  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }            ///< null for a secret
  [[nodiscard]] const SecretString& secret() const { return secret_; }  ///< empty for a key pair

  void SetKid(std::string kid) { public_key_.kid = std::move(kid); }
  void SetAlgorithm(std::string_view name) { public_key_.alg = name; }

  /// The signature as a JWS carries it (RFC 7518 §3, RFC 8037 §3.1): octets, ECDSA as R || S.
  /// Errors: kKeyUnknown if the key is not of the algorithm's type, kSecretUnusable if the secret
  /// is shorter than the hash (RFC 7518 §3.2), kInternal.
  [[nodiscard]] Result<Bytes> Sign(Algorithm algorithm, std::string_view input) const;

 private:
  Jwk public_key_;
  EvpPkeyPtr key_;
  SecretString secret_;
};

/// A compact JWS (RFC 7515 §7.1) of two JSON texts, which are taken as they are.
/// Errors: those of Sign.
Result<std::string> SignToken(const SigningKey& key, Algorithm algorithm, std::string_view header,
                              std::string_view payload);

}  // namespace pamjwt::ctl
