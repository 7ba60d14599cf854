// Of what jwk.h has, this alone needs libcrypto. Programs that read keys only do without it.

#include <string>
#include <string_view>

#include "core/jose/base64url.h"
#include "core/jose/jwk.h"
#include "core/jose/sha256.h"

namespace pamjwt {
namespace {

/// Formats the members that RFC 7638 §3.2 hashes, in order and without blanks.
std::string ThumbprintInput(const Jwk& key) {
  const auto encode = [](const Bytes& bytes) { return EncodeBase64Url(bytes); };
  if (key.type == KeyType::kRsa) {
    return R"({"e":")" + encode(key.e) + R"(","kty":"RSA","n":")" + encode(key.n) + R"("})";
  }
  if (key.type == KeyType::kEd25519) {  // RFC 8037 §2
    return R"({"crv":"Ed25519","kty":"OKP","x":")" + encode(key.x) + R"("})";
  }
  const std::string_view curve = Name(key.type).substr(3);
  return R"({"crv":")" + std::string(curve) + R"(","kty":"EC","x":")" + encode(key.x) +
         R"(","y":")" + encode(key.y) + R"("})";
}

}  // namespace

Result<std::string> Thumbprint(const Jwk& key) {
  const std::string input = ThumbprintInput(key);
  const Result<Sha256Digest> digest = Sha256(AsBytes(input));
  if (!digest.ok()) return digest.error();
  return EncodeBase64Url(digest.value());
}

}  // namespace pamjwt
