// The client itself logs in, without a person (RFC 6749 §4.4).

#include <utility>

#include "core/oauth/token_request.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/redeem.h"

namespace pamjwt::sso {

Result<FlowTokens> LoginByClientCredentials(const FlowContext& context) {
  ClientProfile profile = context.profile;
  std::erase(profile.scopes, "openid");  // of persons: some providers refuse it here
  oauth::Form form = oauth::ClientCredentialsRequest(ScopeOf(profile));
  form.Add("resource", profile.resource);  // RFC 8707 §2.2
  return Redeem(context, std::move(form));
}

}  // namespace pamjwt::sso
