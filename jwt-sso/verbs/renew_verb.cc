#include "jwt-sso/verbs/renew_verb.h"

#include <optional>
#include <string>

#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/profile_state.h"

namespace pamjwt::sso {

bool HasGoodCertificate(const Profile& profile, const UserPlaces& places, UnixTime now,
                        Seconds least) {
  if (profile.settings.use != ClientUse::kCertificate) return false;
  const Result<std::string> path = StateDirectory(profile.name, profile.settings.keep, places);
  if (!path.ok()) return false;
  const Result<std::optional<ProfileState>> state = ProfileState::Open(path.value());
  if (!state.ok() || !state.value().has_value()) return false;
  const Result<std::optional<SecretString>> line = state.value()->Read(StateFile::kCertificate);
  return line.ok() && line.value().has_value() && IsGoodFor(line.value()->view(), now, least) &&
         CheckKeyFor(profile.settings, *state.value()).ok();
}

}  // namespace pamjwt::sso
