#pragma once

#include <string>
#include <vector>

#include "jwtctl/daemon/health.h"

namespace pamjwt::ctl {

/// Something about a host that its administrator should know.
struct Finding {
  Health health;      ///< kOk: a note, which changes no exit code
  std::string rule;   ///< "pam.bypass": for programs, never changes its meaning
  std::string where;  ///< a file, or what else it is about
  std::string text;
  std::string fix{};  ///< what to do; may be empty in a note
};

using Findings = std::vector<Finding>;

}  // namespace pamjwt::ctl
