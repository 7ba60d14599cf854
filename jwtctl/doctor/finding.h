#pragma once

#include <string>
#include <vector>

#include "jwtctl/daemon/health.h"

namespace pamjwt::ctl {

/// Something about a host that its administrator should know.
struct Finding {
  Health health;      ///< kOk: a note, which does not change the exit code
  std::string rule;   ///< an id for programs, such as "pam.bypass", whose meaning never changes
  std::string where;  ///< the file that it is about, or a name such as "clock" or "jwks-fetcher"
  std::string text;   ///< what is wrong
  std::string fix{};  ///< what to do; a note may have an empty one
};

using Findings = std::vector<Finding>;

}  // namespace pamjwt::ctl
