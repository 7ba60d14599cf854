#include "jwt-sso/net/refresh_token.h"

#include <optional>
#include <utility>
#include <variant>

#include "core/oauth/provider_error.h"
#include "io/clock.h"
#include "jwt-sso/flow/refresh.h"
#include "jwt-sso/net/failure.h"
#include "jwt-sso/net/theft_notice.h"

namespace pamjwt::sso {
namespace {

/// Writes the refresh token that counts now, before anything else is done with the new tokens.
Result<RefreshedLogin> Keep(const OpenedProfile& opened, const StateLock& lock, SavedLogin login,
                            FlowTokens tokens) {
  if (!tokens.issued.refresh_token.empty()) {
    login.refresh_token = SecretString(tokens.issued.refresh_token.view());
  }
  login.unanswered.reset();
  login.renewed = Now();
  ++login.renewals;
  Status kept = KeepLogin(opened.state, lock, login);
  if (!kept.ok()) return std::move(kept).error();
  return RefreshedLogin{std::move(login), std::move(tokens)};
}

/// Returns the error of a refresh token that was refused. That was an answer, so the mark of the
/// login is what it was before.
Error Refused(const OpenedProfile& opened, const StateLock& lock, SavedLogin login,
              std::optional<UnixTime> unanswered, const oauth::ProviderError& refusal) {
  login.unanswered = unanswered;
  const Status kept = KeepLogin(opened.state, lock, login);
  if (!kept.ok()) return kept.error();
  return LoginNeeded(TheftNotice(login, opened.profile.name, refusal));
}

}  // namespace

Error NoRefreshToken(const Profile& profile) {
  return LoginNeeded(
      "the login cannot be renewed, because the provider gave no refresh token (it may want the "
      "scope \"offline_access\" in " +
      profile.path + "): run jwt-sso login " + profile.name);
}

Result<RefreshedLogin> RefreshAndKeep(const OpenedProfile& opened, const StateLock& lock,
                                      SavedLogin login, const FlowContext& context,
                                      std::string_view resource) {
  if (login.refresh_token.empty()) return NoRefreshToken(opened.profile);
  for (bool again = false; true; again = true) {
    const std::optional<UnixTime> unanswered_before = std::exchange(login.unanswered, Now());
    Status marked = KeepLogin(opened.state, lock, login);
    if (!marked.ok()) return std::move(marked).error();
    Result<RedeemAnswer> asked = Refresh(context, login.refresh_token.view(), resource);
    if (!asked.ok()) return std::move(asked).error();
    RedeemAnswer answer = std::move(asked).value();
    if (auto* const tokens = std::get_if<FlowTokens>(&answer)) {
      return Keep(opened, lock, std::move(login), std::move(*tokens));
    }
    const auto& refusal = std::get<oauth::ProviderError>(answer);
    // The lock keeps others away only on one host, and a home directory may be on several.
    Result<SavedLogin> newer = ReadOwnLogin(opened);
    if (!newer.ok()) return std::move(newer).error();
    if (newer.value().refresh_token.view() == login.refresh_token.view()) {
      // Some providers use the token up before they refuse another part of the request, so the
      // mark stays.
      if (!IsRefreshTokenRefused(refusal)) {
        return Error{Reason::kMalformed, oauth::Describe(refusal, context.target)};
      }
      return Refused(opened, lock, std::move(login), unanswered_before, refusal);
    }
    if (again) {
      return Error{Reason::kInternal, "another computer renews the login of " +
                                          opened.profile.name + " at the same time: try again"};
    }
    login = std::move(newer).value();
  }
}

}  // namespace pamjwt::sso
