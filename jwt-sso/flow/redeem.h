#pragma once

#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/oauth/form.h"
#include "core/oauth/provider_error.h"
#include "jwt-sso/flow/flow.h"

namespace pamjwt::sso {

/// The provider's answer to a request for tokens: the tokens, or its refusal.
using RedeemAnswer = std::variant<FlowTokens, oauth::ProviderError>;

/// Sends `form` to the token endpoint. Signals are held from here on until the tokens are dropped.
/// Errors: those of Provider::RequestTokens.
Result<RedeemAnswer> AskForTokens(const FlowContext& context, oauth::Form form);

/// Gets tokens as AskForTokens does. Errors: those of AskForTokens; kMalformed with the words of
/// the provider if it refused.
Result<FlowTokens> Redeem(const FlowContext& context, oauth::Form form);

/// Returns the scopes of a profile with blanks between them (RFC 6749 §3.3).
std::string ScopeOf(const ClientProfile& profile);

}  // namespace pamjwt::sso
