#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/client_profile.h"

namespace pamjwt::sso {

/// The directories in which profiles are looked for.
struct ProfilePlaces {
  std::string system = "/etc/jwt-sso";  ///< the administrator's
  std::string user;                     ///< the user's own; empty: none
  std::string home;                     ///< what "~" stands for in a profile; empty: not known
};

/// Returns the places of this user: $XDG_CONFIG_HOME/jwt-sso, where $HOME/.config stands for
/// XDG_CONFIG_HOME if that is not an absolute path.
ProfilePlaces PlacesOfUser();

/// A file in which a profile is.
struct ProfileFile {
  std::string name;  ///< the file's name without ".toml"
  std::string path;
};

/// Returns the profiles, by name. The user's own profile hides one of the administrator with the
/// same name. Files with other names are left out. A directory that is absent has no profiles.
/// Errors: kInternal for a directory that cannot be read.
Result<std::vector<ProfileFile>> ListProfiles(const ProfilePlaces& places);

/// A profile that was read.
struct Profile {
  std::string name;
  std::string path;
  ClientProfile settings;  ///< paths of files have the home directory in place of "~"
};

/// Reads one profile. The administrator's must belong to root, the user's to the user or root, and
/// nobody else may write them: a profile says to whom passwords and tokens go. Errors:
/// kConfigInvalid as ParseClientProfile has them; kInternal.
Result<Profile> ReadProfile(const ProfileFile& file, const ProfilePlaces& places);

/// Reads the profile of this name. "" means the only profile that there is, or else the only one of
/// this use. Errors: those of ListProfiles and ReadProfile; kConfigInvalid if there is no such
/// profile, or if several are there and the name is "". It says which there are.
Result<Profile> ChooseProfile(std::string_view name, const ProfilePlaces& places,
                              std::optional<ClientUse> use = std::nullopt);

}  // namespace pamjwt::sso
