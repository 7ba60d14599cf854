#include "jwt-sso/state/state_places.h"

#include <stdlib.h>

#include "core/config/client_profile_text.h"

namespace pamjwt::sso {
namespace {

Result<std::string> BaseDirectory(ClientKeep keep, const UserPlaces& places) {
  switch (keep) {
    case ClientKeep::kState:
      if (places.state_home.starts_with('/')) return places.state_home;
      if (places.home.starts_with('/')) return places.home + "/.local/state";
      return Error{Reason::kConfigInvalid,
                   "HOME is not an absolute path, so there is no place for the login: set it"};
    case ClientKeep::kRuntime:
      if (places.runtime_dir.starts_with('/')) return places.runtime_dir;
      return Error{Reason::kConfigInvalid,
                   "the profile has keep = \"runtime\", and XDG_RUNTIME_DIR is not an absolute "
                   "path: log in by a session of systemd, or set keep = \"state\""};
  }
  return Error{Reason::kInternal, "no place of this kind"};
}

}  // namespace

UserPlaces PlacesInEnvironment() {
  const auto variable = [](const char* name) {
    const char* const value = getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  return {variable("HOME"), variable("XDG_STATE_HOME"), variable("XDG_RUNTIME_DIR")};
}

Result<std::string> StateDirectory(std::string_view profile, ClientKeep keep,
                                   const UserPlaces& places) {
  if (!IsClientProfileName(profile)) {
    return Error{Reason::kConfigInvalid,
                 "not a name of a profile: it has letters, digits, . _ - "
                 "only, and begins with a letter or digit"};
  }
  Result<std::string> base = BaseDirectory(keep, places);
  if (!base.ok()) return base;
  return base.value() + "/jwt-sso/" + std::string(profile);
}

}  // namespace pamjwt::sso
