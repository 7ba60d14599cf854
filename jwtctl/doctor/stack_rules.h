#pragma once

#include <string>

#include "jwtctl/doctor/finding.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// Returns whether a password, or another proof that is not a token, can let a user in by the
/// stack.
bool TakesPasswords(const ServiceStack& stack);

/// Returns the command that puts the lines of pam_jwt into the stack anew, and keeps passwords
/// if the stack takes them: "`jwtctl enable --or-password sshd`".
std::string EnableCommand(const ServiceStack& stack);

/// Finds ways in for a user whom no module has verified (pam.bypass). The stack need not name
/// pam_jwt.
Findings FindWaysAround(const ServiceStack& stack);

/// Plays through the outcomes of pam_jwt in the stack: a good token, a refused token, no token, no
/// keys, a fault, a missing module, and logins in which it has no part. Returns what is wrong.
Findings JudgeStack(const ServiceStack& stack);

}  // namespace pamjwt::ctl
