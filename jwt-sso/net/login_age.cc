#include "jwt-sso/net/login_age.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/base/duration.h"
#include "jwt-sso/net/failure.h"
#include "jwt-sso/net/token_text.h"
#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/login_end.h"

namespace pamjwt::sso {

Status CheckLoginAge(const Profile& profile, const SavedLogin& login, UnixTime now) {
  const std::optional<UnixTime> end = EndOfBinding(login, profile.settings);
  if (!end.has_value() || now < *end) return Ok();
  return LoginNeeded(
      "the login is too old: the tokens that this provider renews do not name the ssh key, and "
      "hosts take the ID token of the login, which does, for " +
      SpanInWords(profile.settings.max_binding_age) + " (max_binding_age in " + profile.path +
      "): run jwt-sso login " + profile.name);
}

std::optional<UnixTime> EndFor(const OpenedProfile& opened, const SavedLogin& login) {
  const ClientProfile& settings = opened.profile.settings;
  if (settings.use == ClientUse::kPrompt) return EndOf(TokenForHosts(login, settings.token));
  const Result<std::optional<SecretString>> line = opened.state.Read(StateFile::kCertificate);
  if (!line.ok() || !line.value().has_value()) return std::nullopt;
  return EndOfUse(line.value()->view());
}

Status CheckLasts(const OpenedProfile& opened, const SavedLogin& login, UnixTime now,
                  Seconds least) {
  const std::optional<UnixTime> end = EndFor(opened, login);
  if (!end.has_value() || end->seconds > now.seconds + least.count) return Ok();
  const bool is_prompt = opened.profile.settings.use == ClientUse::kPrompt;
  const Seconds left{std::max<std::int64_t>(0, end->seconds - now.seconds)};
  return Error{Reason::kExpired, std::string(is_prompt ? "the token" : "the certificate") +
                                     " is good for " + SpanInWords(left) +
                                     " only: the provider's tokens do not live longer"};
}

}  // namespace pamjwt::sso
