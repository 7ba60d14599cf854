#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/host_tree.h"
#include "jwtctl/doctor/sudoers.h"

namespace pamjwt::ctl {

/// What of sudoers keeps sudo from asking, for a sudo that asks for tokens: NOPASSWD,
/// !authenticate, exempt_group, and for how long it does not ask again. What cannot be read is a
/// finding. Of LDAP or SSSD nothing is seen. `sudoers` may be none: it cannot be asked.
Findings JudgeSudoers(const HostTree& host, Sudoers* sudoers);

}  // namespace pamjwt::ctl
