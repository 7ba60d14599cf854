#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/openssl_ptr.h"
#include "core/jose/alg.h"

namespace pamjwt::test {

/// Members of a JWK beside the key itself; empty: left out.
struct JwkMembers {
  std::string kid;
  std::string alg;
  std::string use;
};

/// A fixed key that everybody knows (test_keys.h), read once a process. What fails throws.
class TestKey {
 public:
  static const TestKey& Rsa2048();
  static const TestKey& Rsa3072();
  static const TestKey& P256();
  static const TestKey& P384();
  static const TestKey& P521();
  static const TestKey& Ed25519();
  static const TestKey& Secret();  ///< 64 bytes

  /// A key of the type that `algorithm` needs, and a second one of that type.
  static const TestKey& For(Algorithm algorithm);
  static const TestKey& OtherFor(Algorithm algorithm);

  /// A key from PEM text, or a secret from its bytes.
  static TestKey FromPem(const char* pem);
  static TestKey FromSecret(std::string_view bytes);

  [[nodiscard]] KeyType type() const { return type_; }
  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }           ///< null for a secret
  [[nodiscard]] const std::string& secret() const { return secret_; }  ///< empty for a key pair

  /// The public key as a JWK; of a secret the `oct` key itself.
  [[nodiscard]] std::string PublicJwk(std::string_view kid = "") const;
  [[nodiscard]] std::string PublicJwk(const JwkMembers& members) const;
  /// The same with the private members, as `jwtctl mint` reads it.
  [[nodiscard]] std::string PrivateJwk(const JwkMembers& members = {}) const;

 private:
  TestKey() = default;

  KeyType type_ = KeyType::kSecret;
  EvpPkeyPtr key_;
  std::string secret_;
};

/// {"keys":[...]} of JWK texts.
std::string JwkSetText(const std::vector<std::string>& jwks);

/// {"alg":...,"typ":"JWT","kid":...}; without a kid if it is empty.
std::string HeaderJson(Algorithm algorithm, std::string_view kid = "");

/// The signature of `input` as a JWS carries it (RFC 7518 §3): octets, ECDSA as R || S.
Bytes Sign(const TestKey& key, Algorithm algorithm, std::string_view input);

/// An RSASSA-PSS signature with parameters of choice, also wrong ones.
struct PssParameters {
  const char* digest = "SHA256";
  const char* mgf1_digest = "SHA256";
  int salt_bytes = 32;
};
Bytes SignPss(const TestKey& key, const PssParameters& parameters, std::string_view input);

/// base64url(header) "." base64url(payload): what gets signed. Neither has to be JSON.
std::string SigningInput(std::string_view header, std::string_view payload);

/// A whole token. `algorithm` says how it is signed, `header` what it claims; neither is checked.
std::string SignToken(const TestKey& key, Algorithm algorithm, std::string_view header,
                      std::string_view payload);

/// A whole token with HeaderJson(algorithm, kid), signed by TestKey::For(algorithm).
std::string SignToken(Algorithm algorithm, std::string_view payload, std::string_view kid = "");

// Forgeries of a token. Its other parts stay as they are.
Bytes SignatureOf(std::string_view token);
std::string WithSignature(std::string_view token, ByteView signature);
std::string WithPayload(std::string_view token, std::string_view payload);
/// One bit of the signature is another.
std::string WithFlippedBit(std::string_view token, std::size_t bit = 100);
/// The last `bytes` of the signature are missing.
std::string WithCutSignature(std::string_view token, std::size_t bytes = 1);

}  // namespace pamjwt::test
