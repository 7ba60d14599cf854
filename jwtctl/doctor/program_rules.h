#pragma once

#include <optional>

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// Judges whether the program of a service that asks for tokens can carry one. Programs are
/// recognised by the names of their services: docs/programs.md has what was measured. Returns
/// nullopt if the stack does not ask for tokens, or if nothing is known against its program.
std::optional<Finding> JudgeProgram(const ServiceStack& stack);

/// Judges the programs of all services.
Findings JudgePrograms(const PamServices& services);

}  // namespace pamjwt::ctl
