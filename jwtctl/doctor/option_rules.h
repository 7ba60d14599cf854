#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"

namespace pamjwt::ctl {

/// Reads the options of each auth and account line of pam_jwt, and of the session line of sshd, as
/// the module does. Finds those that it refuses, those that stand twice on a line, and token_only
/// where the stack takes passwords. A line that many services include is judged once.
Findings JudgeOptions(const PamServices& services);

}  // namespace pamjwt::ctl
