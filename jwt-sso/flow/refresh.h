#pragma once

#include <string_view>

#include "core/base/result.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/redeem.h"

namespace pamjwt::sso {

/// Asks for new tokens by a refresh token (RFC 6749 §6). It may be used up then: if the answer has
/// a new one, only that counts from now on (RFC 9700 §4.14.2). `resource` is the service that the
/// access token is for (RFC 8707 §2.2); empty: any. Errors: those of AskForTokens.
Result<RedeemAnswer> Refresh(const FlowContext& context, std::string_view refresh_token,
                             std::string_view resource);

}  // namespace pamjwt::sso
