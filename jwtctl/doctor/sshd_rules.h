#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// Does sshd ask for tokens, of any length, and for nothing that was to be off? `stack` is that of
/// sshd, which asks for tokens; `config` may be none. `sshd` is asked where it is this host's and
/// can be; else its files are read.
Findings JudgeSshd(const HostTree& host, const ServiceStack& stack, const Config* config,
                   Sshd* sshd);

/// For an sshd whose stack does not ask for tokens: does kSshdDropIn still have it ask by
/// keyboard-interactive, which then takes passwords? `sshd` as above.
Findings JudgeSshdLeftOver(const HostTree& host, Sshd* sshd);

}  // namespace pamjwt::ctl
