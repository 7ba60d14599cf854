#pragma once

#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {

struct SshdFiles {
  SshdSettings settings;   ///< where no Match block says otherwise
  bool has_match = false;  ///< is there a Match block?
};

/// What the files of sshd say, with the defaults of OpenSSH: for a host whose sshd cannot be asked.
/// Errors (kConfigInvalid): sshd_config cannot be read, or files include each other.
Result<SshdFiles> ReadSshdFiles(const HostTree& host);

}  // namespace pamjwt::ctl
