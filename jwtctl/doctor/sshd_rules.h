#pragma once

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// Judges whether sshd asks for tokens of any length, and takes no passwords that
/// PasswordAuthentication switches off. `stack` is the stack of sshd, and asks for tokens. `config`
/// may be null. `sshd` is null if sshd cannot be asked. Without an answer of sshd, its files are
/// judged.
Findings JudgeSshd(const HostTree& host, const ServiceStack& stack, const Config* config,
                   Sshd* sshd);

/// Judges an sshd whose stack does not ask for tokens: whether kSshdDropIn still makes sshd ask by
/// keyboard-interactive, which then takes passwords. `sshd` is null if sshd cannot be asked.
Findings JudgeSshdLeftOver(const HostTree& host, Sshd* sshd);

}  // namespace pamjwt::ctl
