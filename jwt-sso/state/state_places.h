#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/config/client_profile.h"

namespace pamjwt::sso {

/// The variables of the environment that say where a user's files are. Empty: not set.
struct UserPlaces {
  std::string home;         ///< HOME
  std::string state_home;   ///< XDG_STATE_HOME
  std::string runtime_dir;  ///< XDG_RUNTIME_DIR
};

/// Returns the places that the environment of this process names.
UserPlaces PlacesInEnvironment();

/// Returns the directory for the state of `profile`, a name that IsClientProfileName accepts:
/// $XDG_STATE_HOME/jwt-sso/PROFILE, where $HOME/.local/state stands for XDG_STATE_HOME if that is
/// not an absolute path (XDG Base Directory Specification); or $XDG_RUNTIME_DIR/jwt-sso/PROFILE.
///
/// Errors: kConfigInvalid for another name; if HOME or XDG_RUNTIME_DIR is needed, and not an
/// absolute path.
Result<std::string> StateDirectory(std::string_view profile, ClientKeep keep,
                                   const UserPlaces& places);

}  // namespace pamjwt::sso
