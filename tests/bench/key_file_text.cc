#include "bench/key_file_text.h"

#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/jose/base64url.h"
#include "core/jose/jwk.h"
#include "core/keys/key_file.h"
#include "io/clock.h"

namespace pamjwt::bench {
namespace {

constexpr std::size_t kModulusBytes = 256;
constexpr std::size_t kKidBytes = 32;  // the size of a thumbprint, which many issuers use as kid
constexpr std::int64_t kDaySeconds = 86'400;

Bytes RandomBytes(std::size_t size, std::mt19937& random) {
  std::uniform_int_distribution<unsigned> octet(0, 255);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(octet(random));
  }
  return bytes;
}

/// Returns random numbers as a public key. A reader of the file cannot tell that it is not a key.
Jwk StrangersKey(std::mt19937& random) {
  Jwk key;
  key.kid = EncodeBase64Url(RandomBytes(kKidBytes, random));
  key.alg = "RS256";
  key.n = RandomBytes(kModulusBytes, random);
  key.n.front() |= 0x80;  // 2048 bits
  key.n.back() |= 1;
  key.e = {1, 0, 1};
  return key;
}

/// Returns a URL that sorts before the URL of the known issuer (https://sso...) if `number` is
/// even, else behind it.
std::string StrangersUrl(std::size_t number) {
  const std::string host = number % 2 == 0 ? "https://login" : "https://www";
  return host + std::to_string(number) + ".example.com/realms/staff";
}

}  // namespace

std::string KeyFileText(const KnownIssuer& known, std::size_t keys, std::size_t issuers) {
  std::mt19937 random(1);
  const UnixTime now = Now();
  std::vector<IssuerKeys> all(issuers);
  for (std::size_t i = 0; i < issuers; ++i) {
    all[i].issuer = i == 0 ? known.url : StrangersUrl(i);
    all[i].fetched = now;
    all[i].expires = {now.seconds + kDaySeconds};
  }
  all[0].keys = ParseJwkSet(known.jwks).value().keys;
  for (std::size_t i = all[0].keys.size(); i < keys; ++i) {
    all[i % issuers].keys.push_back(StrangersKey(random));
  }
  return FormatKeyFile(all).value();
}

}  // namespace pamjwt::bench
