#include "jwt-sso/flow/redeem.h"

#include <utility>

#include "core/oauth/token_response.h"
#include "io/clock.h"
#include "text/join.h"

namespace pamjwt::sso {

Result<RedeemAnswer> AskForTokens(const FlowContext& context, oauth::Form form) {
  FlowTokens tokens;
  tokens.hold = SignalHold::Begin();
  context.provider.SetDeadline(MonotonicNs() + context.exchange_ns);
  Result<oauth::TokenAnswer> answer = context.provider.RequestTokens(std::move(form), context.dpop);
  if (!answer.ok()) return std::move(answer).error();
  oauth::TokenAnswer got = std::move(answer).value();
  if (auto* refusal = std::get_if<oauth::ProviderError>(&got)) {
    return RedeemAnswer(std::move(*refusal));
  }
  tokens.issued = std::get<oauth::IssuedTokens>(std::move(got));
  return RedeemAnswer(std::move(tokens));
}

Result<FlowTokens> Redeem(const FlowContext& context, oauth::Form form) {
  Result<RedeemAnswer> answer = AskForTokens(context, std::move(form));
  if (!answer.ok()) return std::move(answer).error();
  RedeemAnswer got = std::move(answer).value();
  if (auto* tokens = std::get_if<FlowTokens>(&got)) return std::move(*tokens);
  const auto& refusal = std::get<oauth::ProviderError>(got);
  return Error{Reason::kMalformed, oauth::Describe(refusal, context.target)};
}

std::string ScopeOf(const ClientProfile& profile) {
  return Join(profile.scopes, " ");
}

}  // namespace pamjwt::sso
