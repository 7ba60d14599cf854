#pragma once

#include "core/base/result.h"
#include "jwtctl/enable.h"
#include "jwtctl/enable_plan.h"

namespace pamjwt::ctl {

/// What takes pam_jwt out of a service, whoever put it in: each rule of its stack that names the
/// module, and for sshd what makes it ask for tokens in kSshdDropIn.
///
/// Errors (kConfigInvalid), with what to do instead: a file that the stack includes names the
/// module; a rule jumps over one that would go; without the rules the stack would let in a user who
/// proves nothing, or nobody, or libpam would take the rules of `other`.
Result<Plan> PlanDisable(const DisableOptions& options, const EnableHost& host);

}  // namespace pamjwt::ctl
