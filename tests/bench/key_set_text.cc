#include "bench/key_set_text.h"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "bench/strangers_key.h"
#include "core/jose/base64url.h"
#include "core/jose/jwk_set.h"

namespace pamjwt::bench {
namespace {

// A certificate of Keycloak is longer, but 1000 keys with it would be more than kMaxJwkSetBytes.
constexpr std::size_t kCertificateBytes = 390;

/// Returns random bytes in base64 (RFC 4648 §4), of a size that needs no padding.
std::string RandomBase64(std::mt19937& random) {
  std::string text = EncodeBase64Url(RandomBytes(kCertificateBytes, random));
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return text;
}

std::string StrangersJwk(std::mt19937& random) {
  const Jwk key = StrangersKey(random);
  return R"({"kid":")" + key.kid + R"(","kty":"RSA","alg":"RS256","use":"sig","x5c":[")" +
         RandomBase64(random) + R"("],"x5t":")" + EncodeBase64Url(RandomBytes(20, random)) +
         R"(","n":")" + EncodeBase64Url(key.n) + R"(","e":"AQAB"})";
}

}  // namespace

std::string KeySetText(const std::string& known_jwks, std::size_t keys) {
  std::mt19937 random(1);
  std::string set = R"({"keys":[)";
  for (std::size_t i = 1; i < keys; ++i) {
    set += StrangersJwk(random) + ",";
  }
  set += known_jwks.substr(known_jwks.find('[') + 1);
  const Result<JwkSet> parsed = ParseJwkSet(set);
  if (set.size() > kMaxJwkSetBytes || !parsed.ok() || parsed.value().keys.size() != keys) {
    throw std::runtime_error("the JWK Set cannot be read");
  }
  return set;
}

}  // namespace pamjwt::bench
