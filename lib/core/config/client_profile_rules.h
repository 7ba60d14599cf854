#pragma once

#include <string>
#include <vector>

#include "core/config/client_profile.h"

namespace pamjwt {

/// Two or more values of a profile that do not go together.
struct ClientProfileConflict {
  std::string key;  ///< the option to change
  std::string why;
};

/// Returns the conflicts of a profile whose values are valid one by one: what no provider could
/// answer, and what could never log in.
std::vector<ClientProfileConflict> FindConflicts(const ClientProfile& profile);

}  // namespace pamjwt
