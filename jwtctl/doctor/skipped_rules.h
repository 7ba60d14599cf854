#pragma once

#include <optional>

#include "jwtctl/doctor/stack_rules.h"

namespace pamjwt::ctl {

/// Looks for lines that keep users out who log in by password, such as pam_shells.so below the
/// password lines, and that a good token is not held to (pam.rule_bypassed).
std::optional<Finding> JudgeSkippedRules(const ServiceStack& stack);

}  // namespace pamjwt::ctl
