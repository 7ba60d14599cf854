#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// Judges the files of all modules of the services that name pam_jwt: that pam_jwt exists, that it
/// is in the directory of modules, and that only root can write each file. A user who can write a
/// module, or a link that leads to a module, gets in.
Findings JudgeModules(const HostTree& host, const PamServices& services);

}  // namespace pamjwt::ctl
