#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// Judges each stack of `services`. Unless `config` is null, also judges whether the services that
/// issuers serve, and those that belong to them (sudo-i to sudo), ask for tokens and take nothing
/// less in their place.
Findings JudgePam(const HostTree& host, const PamServices& services, const Config* config);

}  // namespace pamjwt::ctl
