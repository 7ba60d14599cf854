#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::ctl {

struct StatusOptions {
  std::optional<std::string> config_path;  ///< none: the one of this host
  bool json = false;
};

/// `jwtctl status`: how the daemon and the keys of each issuer stand at `now`. Where the daemon
/// does not answer, that, and what the key file has. Returns a Health.
int RunStatus(const StatusOptions& options, UnixTime now, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
