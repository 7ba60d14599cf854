#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"

namespace pamjwt::ctl {

/// With `end_with_token`: does each service that asks for tokens give pam_systemd their end, and
/// can no user lengthen it? `config` may be none.
Findings JudgeSessions(const PamServices& services, const Config* config);

}  // namespace pamjwt::ctl
