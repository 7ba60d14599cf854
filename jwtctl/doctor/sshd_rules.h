#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/sshd_state.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// Judges whether sshd asks for tokens of any length, and takes no passwords that
/// PasswordAuthentication switches off. `stack` is the stack of sshd, and asks for tokens. `config`
/// may be null. Finds nothing if the settings of sshd are not known.
Findings JudgeSshd(const SshdState& sshd, const ServiceStack& stack, const Config* config);

/// Judges an sshd whose stack does not ask for tokens: whether kSshdDropIn still makes sshd ask by
/// keyboard-interactive, which then takes passwords.
Findings JudgeSshdLeftOver(const HostTree& host, const SshdState& sshd);

}  // namespace pamjwt::ctl
