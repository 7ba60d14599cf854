#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"

namespace pamjwt::ctl {

/// Returns whether the rule is a pam_env that reads ~/.pam_environment.
bool ReadsUserEnvironment(const StackEntry& entry);

/// Returns whether a session of the stack opens although pam_jwt refuses it.
bool OpensWhenRefused(const ServiceStack& stack);

/// Judges the session line of each service that takes tokens. Finds nothing if `config` is null.
///
/// If `end_with_token` is on: whether the line tells pam_systemd when the token ends, and whether
/// no user can lengthen a session. If `record` is on: whether the line is there, can refuse a
/// session, and whether no user can give a session a false record.
Findings JudgeSessions(const PamServices& services, const Config* config,
                       bool sshd_takes_certificates);

}  // namespace pamjwt::ctl
