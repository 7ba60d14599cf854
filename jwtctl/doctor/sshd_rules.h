#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/host_tree.h"
#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/sshd.h"

namespace pamjwt::ctl {

/// Does sshd ask for tokens, of any length, and for nothing that was to be off? `stack` is that of
/// sshd, which asks for tokens; `config` may be none. `sshd` is asked where it is this host's and
/// can be; else its files are read.
Findings JudgeSshd(const HostTree& host, const ServiceStack& stack, const Config* config,
                   Sshd* sshd);

}  // namespace pamjwt::ctl
