#pragma once

#include <string>

#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/state/state_places.h"

namespace pamjwt::sso {

/// The places of a user's files, and of the program that writes them.
struct UserFiles {
  ProfilePlaces profiles;
  UserPlaces user;
  std::string ssh_directory;  ///< the user's ~/.ssh
  std::string program;        ///< the absolute path of jwt-sso, which ssh runs
};

}  // namespace pamjwt::sso
