#include "jwt-sso/net/prompt_token.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/json/members.h"
#include "core/oauth/provider_text.h"
#include "core/ssh/bound_nonce.h"
#include "jwt-sso/net/token_text.h"

namespace pamjwt::sso {
namespace {

Error Refuse(Reason reason, const std::string& problem) {
  return {reason, "the access token that the provider gave " + problem +
                      ": make a second profile with use = \"prompt\""};
}

bool Has(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

/// Checks that a token has no audience of the certificate's token.
Status CheckApart(const std::vector<std::string>& audiences, std::string_view certificate_token) {
  if (certificate_token.empty()) return Ok();
  const Result<Json> other = ReadClaims(certificate_token);
  if (!other.ok()) return Refuse(other.error().reason, "cannot be compared to the certificate's");
  for (const std::string& audience : AudiencesOf(other.value())) {
    if (!Has(audiences, audience)) continue;
    return Refuse(Reason::kAudience, "is also for " + oauth::ShowProviderText(audience) +
                                         ", the audience of the certificate");
  }
  return Ok();
}

}  // namespace

Status CheckForPrompt(std::string_view token, std::string_view audience,
                      std::string_view certificate_token) {
  const Result<Json> claims = ReadClaims(token);
  if (!claims.ok()) return Refuse(claims.error().reason, claims.error().detail);
  const std::vector<std::string> audiences = AudiencesOf(claims.value());
  if (!Has(audiences, audience)) {
    return Refuse(Reason::kAudience, "is not for " + oauth::ShowProviderText(audience));
  }
  const bool is_bound = claims.value().Find("cnf") != nullptr ||
                        TextMember(claims.value(), "nonce").starts_with(kBoundNoncePrefix);
  if (is_bound) return Refuse(Reason::kBound, "is bound to the ssh key, so no prompt takes it");
  return CheckApart(audiences, certificate_token);
}

}  // namespace pamjwt::sso
