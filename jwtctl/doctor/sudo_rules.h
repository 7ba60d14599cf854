#pragma once

#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/host_tree.h"

namespace pamjwt::ctl {

/// What of sudoers keeps sudo from asking, for a sudo that asks for tokens: NOPASSWD and
/// !authenticate, and for how long it does not ask again. Of LDAP or SSSD nothing is seen.
Findings JudgeSudoers(const HostTree& host);

}  // namespace pamjwt::ctl
