#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/sudoers.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// Judges the sudoers of a sudo that asks for tokens: what keeps it from asking (NOPASSWD,
/// !authenticate, exempt_group, another PAM service), for how long it does not ask again, and
/// whether it hides the messages of the module. A
/// file that cannot be read is a finding. Rules in LDAP or SSSD are not seen. `sudoers` is null if
/// the sudoers of the host cannot be asked.
Findings JudgeSudoers(const HostTree& host, Sudoers* sudoers);

}  // namespace pamjwt::ctl
