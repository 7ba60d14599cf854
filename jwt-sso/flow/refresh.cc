#include "jwt-sso/flow/refresh.h"

#include <utility>

#include "core/oauth/token_request.h"

namespace pamjwt::sso {

Result<RedeemAnswer> Refresh(const FlowContext& context, std::string_view refresh_token,
                             std::string_view resource) {
  oauth::Form form = oauth::RefreshRequest(refresh_token);
  form.Add("resource", resource);
  return AskForTokens(context, std::move(form));
}

}  // namespace pamjwt::sso
