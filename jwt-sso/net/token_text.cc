#include "jwt-sso/net/token_text.h"

#include <utility>

#include "core/jose/unverified.h"
#include "core/ssh/certificate_maker.h"

namespace pamjwt::sso {

Result<Json> ReadClaims(std::string_view token) {
  Result<UnverifiedToken> read = ReadUnverified(token);
  if (read.ok()) return std::move(read).value().payload;
  return Error{Reason::kUnsupported, "is not a signed JWT: " + read.error().detail};
}

std::vector<std::string> AudiencesOf(const Json& claims) {
  std::vector<std::string> audiences;
  const Json* const aud = claims.Find("aud");
  if (aud == nullptr) return audiences;
  const JsonArray one = {*aud};
  for (const Json& value : aud->AsArray() == nullptr ? one : *aud->AsArray()) {
    if (value.AsString() != nullptr) audiences.push_back(*value.AsString());
  }
  return audiences;
}

std::optional<UnixTime> EndOf(std::string_view token) {
  const Result<CertificateValidity> validity = ValidityFor(token, std::nullopt);
  if (!validity.ok()) return std::nullopt;
  return UnixTime{static_cast<std::int64_t>(validity.value().before) - kCertificateOutlives.count};
}

}  // namespace pamjwt::sso
