#pragma once

#include <optional>

#include "jwtctl/doctor/finding.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// Looks for rules that hold for logins by password, but not for logins by a good token, for
/// example pam_shells.so below the password lines (pam.rule_bypassed). Returns nullopt if no rule
/// is skipped.
std::optional<Finding> JudgeSkippedRules(const ServiceStack& stack);

}  // namespace pamjwt::ctl
