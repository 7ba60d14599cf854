#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"

namespace pamjwt::ctl {

/// Judges whether the programs of the services that ask for tokens can carry a token. Programs are
/// recognised by the names of their services. docs/programs.md has what was measured.
Findings JudgePrograms(const PamServices& services);

}  // namespace pamjwt::ctl
