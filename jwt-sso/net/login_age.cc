#include "jwt-sso/net/login_age.h"

#include <optional>

#include "core/base/duration.h"
#include "jwt-sso/net/failure.h"
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

}  // namespace pamjwt::sso
