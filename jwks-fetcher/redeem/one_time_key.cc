#include "jwks-fetcher/redeem/one_time_key.h"

#include "core/jose/sha256.h"

namespace pamjwt::fetcher {
namespace {

std::string WithLength(std::string_view text) {
  return std::to_string(text.size()) + ":" + std::string(text);
}

}  // namespace

Result<std::string> OneTimeKey(std::string_view issuer_url, std::string_view jti) {
  Result<std::string> name = Sha256Name(WithLength(issuer_url) + WithLength(jti));
  if (!name.ok()) return name;
  const std::string& digest = name.value();
  return digest.substr(digest.find(':') + 1);
}

}  // namespace pamjwt::fetcher
