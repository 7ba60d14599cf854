#include "bench/strangers_key.h"

#include <cstdint>

#include "core/jose/base64url.h"

namespace pamjwt::bench {
namespace {

constexpr std::size_t kModulusBytes = 256;
constexpr std::size_t kKidBytes = 32;  // the size of a thumbprint, which many issuers use as kid

}  // namespace

Bytes RandomBytes(std::size_t size, std::mt19937& random) {
  std::uniform_int_distribution<unsigned> octet(0, 255);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(octet(random));
  }
  return bytes;
}

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

}  // namespace pamjwt::bench
