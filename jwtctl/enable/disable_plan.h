#pragma once

#include "core/base/result.h"
#include "jwtctl/enable/enable_options.h"
#include "jwtctl/enable/enable_plan.h"

namespace pamjwt::ctl {

/// Plans how pam_jwt is taken out of a service, also if somebody put it in by hand. Each rule of
/// the service's stack that names the module goes, and for sshd also the lines of kSshdDropIn that
/// make sshd ask for tokens.
///
/// Errors (kConfigInvalid), with what to do instead: a file that the stack includes names the
/// module; a rule, also of an included file, jumps over one that would go; without these rules the
/// stack would let in users who prove nothing, or would let in nobody, or libpam would take the
/// rules of `other`.
Result<Plan> PlanDisable(const DisableOptions& options, const EnableHost& host);

}  // namespace pamjwt::ctl
