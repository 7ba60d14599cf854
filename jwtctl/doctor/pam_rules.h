#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// Judges each stack of `services`. Unless `config` is null, also judges whether the services that
/// issuers serve, and those that are used like them (sudo-i like sudo), ask for tokens. If the
/// configuration asks for more than a password proves, they must take no password instead. An sshd
/// that takes certificates need not ask for tokens.
Findings JudgePam(const HostTree& host, const PamServices& services, const Config* config,
                  bool sshd_takes_certificates);

}  // namespace pamjwt::ctl
