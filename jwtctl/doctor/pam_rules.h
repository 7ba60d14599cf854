#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// Judges each stack, and whether services ask for the tokens that open them; `config` may be none.
Findings JudgePam(const HostTree& host, const PamServices& services, const Config* config);

}  // namespace pamjwt::ctl
