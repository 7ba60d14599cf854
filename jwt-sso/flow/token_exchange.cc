// A token is exchanged for another (RFC 8693).

#include <utility>

#include "core/jose/unverified.h"
#include "core/oauth/token_request.h"
#include "jwt-sso/flow/assertion.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/redeem.h"

namespace pamjwt::sso {
namespace {

/// Returns the type of the subject token (§3): an access token if the provider issued it itself,
/// and else a JWT.
std::string_view TypeOf(std::string_view token, std::string_view issuer) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  const Json* const iss = read.ok() ? read.value().payload.Find("iss") : nullptr;
  const bool is_own = iss != nullptr && iss->AsString() != nullptr && *iss->AsString() == issuer;
  return is_own ? oauth::kAccessTokenType : oauth::kJwtType;
}

}  // namespace

Result<FlowTokens> LoginByTokenExchange(const FlowContext& context) {
  const ClientProfile& profile = context.profile;
  const Result<SecretString> subject = ReadAssertion(profile);
  if (!subject.ok()) return subject.error();
  const bool wants_id = profile.token == ClientToken::kId;
  const std::string scope = ScopeOf(profile);

  oauth::TokenExchange exchange;
  exchange.subject_token = subject.value().view();
  exchange.subject_token_type = TypeOf(subject.value().view(), profile.issuer);
  exchange.requested_token_type = wants_id ? oauth::kIdTokenType : oauth::kAccessTokenType;
  exchange.audience = profile.resource;
  exchange.scope = scope;
  oauth::Form form = oauth::ExchangeRequest(exchange);
  form.Add("resource", profile.resource);
  Result<FlowTokens> tokens = Redeem(context, std::move(form));
  if (!tokens.ok()) return tokens;

  FlowTokens got = std::move(tokens).value();
  // §2.2.1: whatever its type, the token that was asked for is in access_token.
  if (wants_id && got.issued.id_token.empty()) {
    got.issued.id_token = std::exchange(got.issued.access_token, SecretString());
  }
  return got;
}

}  // namespace pamjwt::sso
