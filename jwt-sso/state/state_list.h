#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "jwt-sso/state/state_places.h"

namespace pamjwt::sso {

/// A state that may have a login, whether its profile is still there or not.
struct ListedState {
  std::string profile;    ///< a name that IsClientProfileName accepts
  std::string directory;  ///< its path
};

/// Lists the states in both places where a profile can keep one, by name. A place that is absent,
/// or that the environment does not name, has none. Errors: kInternal for a place that cannot be
/// read.
Result<std::vector<ListedState>> ListStates(const UserPlaces& places);

}  // namespace pamjwt::sso
