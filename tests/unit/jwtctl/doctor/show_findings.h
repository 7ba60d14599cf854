#pragma once

#include <string>

#include "jwtctl/doctor/finding.h"

namespace pamjwt::ctl {

/// Returns the rules of findings with their health: "pam.bypass:critical sshd.files:ok".
inline std::string ShowFindings(const Findings& findings) {
  std::string shown;
  for (const Finding& finding : findings) {
    shown += (shown.empty() ? "" : " ") + finding.rule + ":" + std::string(Name(finding.health));
  }
  return shown;
}

}  // namespace pamjwt::ctl
