#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/oauth/authorization.h"
#include "jwt-sso/flow/flow.h"

namespace pamjwt::sso {

// The steps that a login by authorization code has in common, whichever way the browser's answer
// takes.

/// Begins a login. Its nonce names the ssh key of the context. Without a key, the nonce is a random
/// text and there is no salt, so that the ID token can be used at a prompt. Errors: kInternal.
Result<oauth::AuthorizationAttempt> BeginLogin(const FlowContext& context);

/// Returns the redirect_uri of a profile, without a port. Errors: kInternal.
Result<std::string> RedirectUriOf(const ClientProfile& profile);

/// Returns the url to which the browser is sent. Errors: those of AuthorizationUrl; kInternal.
Result<std::string> LoginUrl(const FlowContext& context, const oauth::AuthorizationAttempt& attempt,
                             std::string_view redirect_uri);

/// Redeems the code that the browser brought (RFC 6749 §4.1.3). Errors: those of
/// Redirect::CodeFrom and Redeem.
Result<FlowTokens> RedeemCode(const FlowContext& context, const oauth::Redirect& redirect,
                              const oauth::AuthorizationAttempt& attempt,
                              std::string_view redirect_uri);

}  // namespace pamjwt::sso
