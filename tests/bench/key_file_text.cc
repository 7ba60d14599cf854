#include "bench/key_file_text.h"

#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bench/strangers_key.h"
#include "core/jose/jwk_set.h"
#include "core/keys/key_file.h"
#include "io/clock.h"

namespace pamjwt::bench {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

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
