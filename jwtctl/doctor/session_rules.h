#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"

namespace pamjwt::ctl {

/// Returns whether the rule is a pam_env that reads ~/.pam_environment.
bool ReadsUserEnvironment(const StackEntry& entry);

/// Judges, if `end_with_token` is on, whether each service that takes tokens tells pam_systemd when
/// the token ends, and whether no user can lengthen a session. Finds nothing if `config` is null.
Findings JudgeSessions(const PamServices& services, const Config* config,
                       bool sshd_takes_certificates);

}  // namespace pamjwt::ctl
