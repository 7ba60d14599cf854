// The device authorization grant (RFC 8628): the user confirms the login in a browser on another
// machine, where he types a code.

#include "core/oauth/device.h"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "core/oauth/provider_error.h"
#include "core/oauth/token_request.h"
#include "io/clock.h"
#include "jwt-sso/flow/authorization.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/progress.h"
#include "jwt-sso/flow/redeem.h"

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// Asks for a device code (§3.1). RFC 8628 knows neither nonce nor PKCE, but some providers repeat
/// the nonce in the ID token, and some demand PKCE. The others ignore what they do not know.
Result<oauth::DeviceLogin> BeginDevice(const FlowContext& context,
                                       const oauth::AuthorizationAttempt& attempt) {
  oauth::Form form = oauth::DeviceRequest(ScopeOf(context.profile));
  form.Add("nonce", attempt.nonce);
  form.Add("code_challenge", attempt.pkce.challenge);
  form.Add("code_challenge_method", "S256");
  form.Add("resource", context.profile.resource);
  context.provider.SetDeadline(MonotonicNs() + context.exchange_ns);
  Result<oauth::DeviceAnswer> answer = context.provider.BeginDeviceLogin(std::move(form));
  if (!answer.ok()) return std::move(answer).error();
  oauth::DeviceAnswer got = std::move(answer).value();
  if (const auto* refusal = std::get_if<oauth::ProviderError>(&got)) {
    return Error{Reason::kMalformed, oauth::Describe(*refusal)};
  }
  return std::get<oauth::DeviceLogin>(std::move(got));
}

void ShowCode(const oauth::DeviceLogin& login, std::int64_t deadline_ns) {
  Say("Open this address in the browser of any computer:");
  Say("");
  Say("    " + login.verification_uri);
  Say("");
  Say("and type this code there:  " + login.user_code);
  if (!login.complete_uri.empty()) {
    Say("or open this one, and compare the code:  " + login.complete_uri);
  }
  Say("Use no address and no code that somebody else sent you.");
  Say("waiting for the browser, until " + LocalTimeAt(deadline_ns) + " ... ^C to stop");
}

void Pause(Seconds interval) {
  const timespec pause{interval.count, 0};
  nanosleep(&pause, nullptr);
}

oauth::Form TokenForm(const FlowContext& context, const oauth::DeviceLogin& login,
                      const oauth::AuthorizationAttempt& attempt) {
  oauth::Form form = oauth::DeviceTokenRequest(login.device_code.view());
  form.Add("code_verifier", attempt.pkce.verifier.view());
  form.Add("resource", context.profile.resource);
  return form;
}

/// Asks for the tokens until the user has confirmed the login (§3.4, §3.5).
Result<FlowTokens> WaitForTokens(const FlowContext& context, const oauth::DeviceLogin& login,
                                 const oauth::AuthorizationAttempt& attempt,
                                 std::int64_t deadline_ns) {
  Seconds interval = login.interval;
  while (MonotonicNs() + interval.count * kNsPerSecond < deadline_ns) {
    Pause(interval);
    Result<RedeemAnswer> asked = AskForTokens(context, TokenForm(context, login, attempt));
    if (!asked.ok()) {
      if (asked.error().reason != Reason::kKeysMissing) return std::move(asked).error();
      interval.count *= 2;  // §3.5: the provider was not reached, so it is asked less often
      continue;
    }
    RedeemAnswer answer = std::move(asked).value();
    if (auto* tokens = std::get_if<FlowTokens>(&answer)) return std::move(*tokens);
    const auto& refusal = std::get<oauth::ProviderError>(answer);
    const std::optional<Seconds> next = oauth::NextInterval(refusal, interval);
    if (!next.has_value()) return Error{Reason::kMalformed, oauth::Describe(refusal)};
    interval = *next;
  }
  return Error{Reason::kKeysMissing,
               "nobody confirmed the login in time: run jwt-sso login --device again"};
}

}  // namespace

Result<FlowTokens> LoginByDevice(const FlowContext& context) {
  const Result<oauth::AuthorizationAttempt> attempt = BeginLogin(context);
  if (!attempt.ok()) return attempt.error();
  const Result<oauth::DeviceLogin> login = BeginDevice(context, attempt.value());
  if (!login.ok()) return login.error();

  const std::int64_t deadline_ns = MonotonicNs() + login.value().lifetime.count * kNsPerSecond;
  ShowCode(login.value(), deadline_ns);
  Result<FlowTokens> tokens = WaitForTokens(context, login.value(), attempt.value(), deadline_ns);
  if (!tokens.ok()) return tokens;
  FlowTokens got = std::move(tokens).value();
  got.salt = attempt.value().salt;
  got.nonce = attempt.value().nonce;
  return got;
}

}  // namespace pamjwt::sso
