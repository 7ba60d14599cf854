#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// May a password, or another proof that is no token, get in by a stack that asks for tokens?
bool TakesPasswords(const ServiceStack& stack);

/// Finds ways in for a user whom nobody has verified (pam.bypass), also by a stack without pam_jwt.
Findings FindWaysAround(const ServiceStack& stack);

/// Plays through what may happen to pam_jwt in the stack: a good token, a refused one, none, no
/// keys, a fault, the module missing, and logins that it has no part in. Nothing wrong: no
/// findings.
Findings JudgeStack(const ServiceStack& stack);

}  // namespace pamjwt::ctl
