// A JWT of another issuer, for example of a CI system, is the grant (RFC 7523 §2.1).

#include <utility>

#include "core/oauth/token_request.h"
#include "jwt-sso/flow/assertion.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/redeem.h"

namespace pamjwt::sso {

Result<FlowTokens> LoginByJwtBearer(const FlowContext& context) {
  const Result<SecretString> assertion = ReadAssertion(context.profile);
  if (!assertion.ok()) return assertion.error();
  oauth::Form form = oauth::JwtBearerRequest(assertion.value().view(), ScopeOf(context.profile));
  form.Add("resource", context.profile.resource);  // RFC 8707 §2.2
  return Redeem(context, std::move(form));
}

}  // namespace pamjwt::sso
