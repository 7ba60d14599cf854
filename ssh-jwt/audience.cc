#include "ssh-jwt/audience.h"

#include <algorithm>

#include "core/jose/unverified.h"
#include "core/json/json.h"

namespace pamjwt::ssh {
namespace {

/// Returns the audiences in `aud`, which is one string or an array of strings (RFC 7519 §4.1.3).
std::vector<std::string> AudiencesOf(const Json& payload) {
  const Json* const aud = payload.Find("aud");
  if (aud == nullptr) return {};
  if (const std::string* const text = aud->AsString()) return {*text};
  std::vector<std::string> audiences;
  const JsonArray* const array = aud->AsArray();
  if (array == nullptr) return {};
  for (const Json& element : *array) {
    if (const std::string* const text = element.AsString()) {
      audiences.push_back(*text);
    }
  }
  return audiences;
}

bool Names(std::string_view audience, std::string_view host) {
  constexpr std::string_view kSchemeEnd = "://";
  if (host.empty() || !audience.ends_with(host)) return false;
  const std::string_view before = audience.substr(0, audience.size() - host.size());
  return before.empty() || before.ends_with(kSchemeEnd);
}

std::string List(const std::vector<std::string>& audiences) {
  if (audiences.empty()) return "it has no audience";
  std::string list = "its audience is ";
  for (const std::string& audience : audiences) {
    list += (&audience == audiences.data() ? "" : ", ") + QuoteJson(audience);
  }
  return list;
}

}  // namespace

Status CheckTokenIsFor(std::string_view token, std::string_view host, const AudienceRule& rule) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  if (!read.ok()) return read.error();
  if (rule.any_host) return Ok();

  const std::vector<std::string> audiences = AudiencesOf(read.value().payload);
  const bool fits = std::any_of(audiences.begin(), audiences.end(), [&](const std::string& aud) {
    return Names(aud, host) ||
           std::find(rule.accepted.begin(), rule.accepted.end(), aud) != rule.accepted.end();
  });
  if (fits) return Ok();
  return Error{Reason::kAudience,
               "the token is not for " + std::string(host) + ": " + List(audiences)};
}

}  // namespace pamjwt::ssh
