#pragma once

#include <string>

#include "core/base/result.h"
#include "core/config/client_profile.h"
#include "jwtctl/client/profile_audience.h"

namespace pamjwt::ctl {

/// The parts of a profile's comment that are not in the profile.
struct ProfileFacts {
  std::string name;         ///< of the profile
  std::string issuer_name;  ///< in the configuration
  std::string ca_source;    ///< the path of the ca_file on this host; empty: the profile has none
  bool host_has_proxy = false;
  TokenTarget target;
};

/// Returns the comment at the top of a profile: where it goes, what the administrator registers at
/// the provider, and what users type. `profile` must be one that ParseClientProfile returned.
/// Errors: kInternal.
Result<std::string> CommentOn(const ClientProfile& profile, const ProfileFacts& facts);

}  // namespace pamjwt::ctl
