#pragma once

#include "io/config_file.h"
#include "jwtctl/config/config_problem.h"
#include "jwtctl/config/key_verdicts.h"

namespace pamjwt::ctl {

/// The findings about those who may sign the denylist of a fleet.
struct ExaminedFeed {
  LocalKeys keys{};
  ConfigProblems problems{};
};

/// Examines the file `keys` of [denylist] as a host does that takes a list. `url` of [denylist]
/// must be given.
///
/// An error: the file cannot be used or has no usable key, so that no list can ever come; or it has
/// a private key or a secret. A warning: it has another key that cannot be used; or it is the file
/// of an issuer too, who could then sign a list.
ExaminedFeed ExamineFeed(const LoadedConfig& loaded);

}  // namespace pamjwt::ctl
