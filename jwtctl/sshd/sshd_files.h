#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {

/// A setting in a Match block. It holds for some users only.
struct MatchedSetting {
  std::string place;    ///< "/etc/ssh/sshd_config:12"
  std::string keyword;  ///< in small letters
  std::string value;
};

/// The settings in the files of sshd.
struct SshdFiles {
  SshdSettings settings;                  ///< those outside of Match blocks
  bool has_match = false;                 ///< whether there is a Match block
  std::vector<MatchedSetting> matched{};  ///< those in Match blocks, in the order of the files
};

/// Reads the files of sshd, with the defaults of OpenSSH, for a host whose sshd cannot be asked, or
/// for settings that others hide. `drop_in`, if given, is read in place of kSshdDropIn.
/// Errors (kConfigInvalid): a file cannot be read; more than 256 files are read, for example since
/// they include each other.
Result<SshdFiles> ReadSshdFiles(const HostTree& host,
                                const std::optional<std::string>& drop_in = std::nullopt);

}  // namespace pamjwt::ctl
