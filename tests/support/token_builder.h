#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/openssl_ptr.h"
#include "core/jose/alg.h"

namespace pamjwt::test {

/// Members of a JWK beside the key itself. An empty one is left out.
struct JwkMembers {
  std::string kid;
  std::string alg;
  std::string use;
};

/// A fixed key of test_keys.h, which everybody knows. It is read once per process. A function that
/// fails throws.
class TestKey {
 public:
  static const TestKey& Rsa2048();
  static const TestKey& Rsa3072();
  static const TestKey& P256();
  static const TestKey& P384();
  static const TestKey& P521();
  static const TestKey& Ed25519();
  static const TestKey& Secret();  ///< 64 bytes

  /// Returns a key of the type that `algorithm` needs. OtherFor returns a second key of that type.
  static const TestKey& For(Algorithm algorithm);
  static const TestKey& OtherFor(Algorithm algorithm);

  /// Makes a key from PEM text, or a secret from its bytes.
  static TestKey FromPem(const char* pem);
  static TestKey FromSecret(std::string_view bytes);

  [[nodiscard]] KeyType type() const { return type_; }
  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }           ///< null for a secret
  [[nodiscard]] const std::string& secret() const { return secret_; }  ///< empty for a key pair

  /// Returns the public key as a JWK, or the `oct` key itself if this is a secret.
  [[nodiscard]] std::string PublicJwk(std::string_view kid = "") const;
  [[nodiscard]] std::string PublicJwk(const JwkMembers& members) const;
  /// Returns the key as a JWK with its private members, as `jwtctl mint` reads it.
  [[nodiscard]] std::string PrivateJwk(const JwkMembers& members = {}) const;

 private:
  TestKey() = default;

  KeyType type_ = KeyType::kSecret;
  EvpPkeyPtr key_;
  std::string secret_;
};

/// Returns a JWK Set, {"keys":[...]}, of the texts of JWKs.
std::string JwkSetText(const std::vector<std::string>& jwks);

/// Returns a header {"alg":...,"typ":"JWT","kid":...}, without the kid if it is empty.
std::string HeaderJson(Algorithm algorithm, std::string_view kid = "");

/// Returns the signature of `input` as a JWS carries it (RFC 7518 §3): in octets, ECDSA as R || S.
Bytes Sign(const TestKey& key, Algorithm algorithm, std::string_view input);

/// Parameters of an RSASSA-PSS signature, which may be wrong ones.
struct PssParameters {
  const char* digest = "SHA256";
  const char* mgf1_digest = "SHA256";
  int salt_bytes = 32;
};
Bytes SignPss(const TestKey& key, const PssParameters& parameters, std::string_view input);

/// Returns the text that is signed: base64url(header) "." base64url(payload). Neither has to be
/// JSON.
std::string SigningInput(std::string_view header, std::string_view payload);

/// Returns a whole token, signed with `algorithm`. The header need not name that algorithm.
std::string SignToken(const TestKey& key, Algorithm algorithm, std::string_view header,
                      std::string_view payload);

/// Returns a whole token with HeaderJson(algorithm, kid), signed by TestKey::For(algorithm).
std::string SignToken(Algorithm algorithm, std::string_view payload, std::string_view kid = "");

// The signature of a token, and forgeries of the token, whose other parts stay as they are.
Bytes SignatureOf(std::string_view token);
std::string WithSignature(std::string_view token, ByteView signature);
std::string WithPayload(std::string_view token, std::string_view payload);
/// Returns the token with one bit of its signature flipped.
std::string WithFlippedBit(std::string_view token, std::size_t bit = 100);
/// Returns the token without the last `bytes` of its signature.
std::string WithCutSignature(std::string_view token, std::size_t bytes = 1);

}  // namespace pamjwt::test
