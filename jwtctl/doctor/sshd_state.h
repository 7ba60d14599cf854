#pragma once

#include <optional>
#include <string>

#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/sshd/sshd_files.h"

namespace pamjwt::ctl {

/// The settings of sshd, as far as they are known.
struct SshdState {
  std::optional<SshdSettings> settings{};  ///< what sshd says, or else what its files say
  std::optional<SshdFiles> files{};        ///< what its files say
  bool takes_certificates = false;  ///< it runs kKeysProgram for users whom no Match block excepts
  Findings notes{};                 ///< how well it could be judged
};

/// Reads the settings of sshd. `sshd` is null if it cannot be asked. `user` is the account for
/// which Match blocks are judged; "": the settings outside of Match blocks.
SshdState ReadSshdState(const HostTree& host, Sshd* sshd, const std::string& user);

}  // namespace pamjwt::ctl
