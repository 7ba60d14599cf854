#include "jwt-sso/net/token.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/config/client_profile_text.h"
#include "io/clock.h"
#include "jwt-sso/net/connection.h"
#include "jwt-sso/net/flow_choice.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/net/prompt_token.h"
#include "jwt-sso/net/refresh_token.h"
#include "jwt-sso/net/renewal.h"
#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/login_end.h"

namespace pamjwt::sso {
namespace {

constexpr std::string_view kTarget = "--audience";

/// Returns the flow of a machine that gives tokens for other services, or nullopt.
std::optional<ClientFlow> FlowForOthers(const ClientProfile& profile) {
  const ClientFlow exchange = ClientFlow::kTokenExchange;
  if (std::ranges::find(profile.flows, exchange) != profile.flows.end()) return exchange;
  const ClientFlow first = profile.flows.front();
  return IsOfMachine(first) ? std::optional(first) : std::nullopt;
}

/// Runs a flow of a machine for a service. It sends no proofs, so that the token is not bound.
Result<SecretString> AskByFlow(const ClientProfile& profile, ClientFlow flow,
                               std::string_view audience) {
  ClientProfile other = profile;
  other.resource = audience;
  other.token = ClientToken::kAccess;
  Result<Provider> provider = Provider::Discover(other, MonotonicNs() + kExchangeNs);
  if (!provider.ok()) return std::move(provider).error();
  Provider found = std::move(provider).value();
  FlowContext context{other, found, nullptr, nullptr};
  context.target = kTarget;
  Result<FlowTokens> tokens = RunFlow(flow, context);
  if (!tokens.ok()) return std::move(tokens).error();
  return std::move(tokens).value().issued.access_token;
}

/// Checks that an audience can be sent as `resource`. A provider may look at it only when the
/// refresh token counts as used, and then a wrong word would cost the login.
Status CheckResource(std::string_view audience) {
  if (IsResourceUri(audience)) return Ok();
  return Error{Reason::kConfigInvalid,
               "--audience must be an absolute URI without a fragment (RFC 8707), such as "
               "https://hosts.example"};
}

/// Asks for a token for a service by the refresh token, and keeps the next refresh token.
Result<SecretString> AskByRefresh(const OpenedProfile& opened, std::string_view audience) {
  const ClientProfile& settings = opened.profile.settings;
  Status fits = CheckResource(audience);
  if (!fits.ok()) return std::move(fits).error();
  // Nobody should wait for the lock because a provider is not found.
  Result<Provider> provider = Provider::Discover(settings, MonotonicNs() + kExchangeNs);
  if (!provider.ok()) return std::move(provider).error();
  Provider found = std::move(provider).value();
  const Result<StateLock> lock = opened.state.Lock(kLockPatienceMs);
  if (!lock.ok()) return lock.error();
  Result<SavedLogin> login = ReadOwnLogin(opened);
  if (!login.ok()) return std::move(login).error();
  const Result<std::optional<LoginKey>> key = FindKeyOf(login.value(), opened);
  if (!key.ok()) return key.error();
  const std::optional<oauth::DpopKey> dpop =
      login.value().dpop && key.value().has_value() ? DpopKeyOf(&*key.value()) : std::nullopt;
  FlowContext context{settings, found, nullptr, dpop.has_value() ? &*dpop : nullptr};
  context.exchange_ns = kRefreshNs;
  context.target = kTarget;
  Result<RefreshedLogin> refreshed =
      RefreshAndKeep(opened, lock.value(), std::move(login).value(), context, audience);
  if (!refreshed.ok()) return std::move(refreshed).error();
  return std::move(refreshed).value().tokens.issued.access_token;
}

Result<SecretString> TokenForAudience(const OpenedProfile& opened, std::string_view audience) {
  const ClientProfile& settings = opened.profile.settings;
  const Result<SavedLogin> login = ReadOwnLogin(opened);
  if (!login.ok()) return login.error();
  const std::optional<ClientFlow> flow = FlowForOthers(settings);
  Result<SecretString> token =
      flow.has_value() ? AskByFlow(settings, *flow, audience) : AskByRefresh(opened, audience);
  if (!token.ok()) return token;
  const bool is_certificate = settings.use == ClientUse::kCertificate;
  const std::string_view of_certificate =
      is_certificate ? TokenForHosts(login.value(), settings.token) : "";
  Status fit = CheckForPrompt(token.value().view(), audience, of_certificate);
  if (!fit.ok()) return std::move(fit).error();
  return token;
}

}  // namespace

Result<SecretString> TokenForPrompt(const Arguments& arguments) {
  const Result<OpenedProfile> opened = OpenLoggedIn(arguments.profile);
  if (!opened.ok()) return opened.error();
  if (!arguments.audience.empty()) return TokenForAudience(opened.value(), arguments.audience);
  const Profile& profile = opened.value().profile;
  if (profile.settings.use == ClientUse::kCertificate) {
    return Error{Reason::kConfigInvalid,
                 profile.path +
                     " makes certificates, and their token is for nothing else: name "
                     "another service with --audience, or a profile with use = \"prompt\""};
  }
  const Result<SavedLogin> login = RenewIfNeeded(opened.value(), kLeastUse);
  if (!login.ok()) return login.error();
  return SecretString(TokenForHosts(login.value(), profile.settings.token));
}

}  // namespace pamjwt::sso
