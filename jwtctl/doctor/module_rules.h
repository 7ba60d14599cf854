#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// The files of all modules of the services that name pam_jwt: is pam_jwt there, is it the one of
/// the directory of modules, and can root alone write each of them? A user who can write a module,
/// or a link that leads to one, gets in.
Findings JudgeModules(const HostTree& host, const PamServices& services);

}  // namespace pamjwt::ctl
