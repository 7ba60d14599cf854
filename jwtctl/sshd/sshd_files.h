#pragma once

#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {

/// The settings in the files of sshd.
struct SshdFiles {
  SshdSettings settings;   ///< those outside of Match blocks
  bool has_match = false;  ///< whether there is a Match block
};

/// Reads the files of sshd, with the defaults of OpenSSH, for a host whose sshd cannot be asked.
/// Errors (kConfigInvalid): a file cannot be read; more than 256 files are read, for example since
/// they include each other.
Result<SshdFiles> ReadSshdFiles(const HostTree& host);

}  // namespace pamjwt::ctl
