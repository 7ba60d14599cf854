#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// The options of `jwtctl status`.
struct StatusOptions {
  std::optional<std::string> config_path;  ///< nullopt: the configuration of this host
  bool json = false;
  std::optional<std::string> denylist_path{};  ///< nullopt: the denylist of this host
};

/// Runs `jwtctl status`: prints the state of the daemon, of each issuer's keys, and of the denylist
/// of the fleet at `now`. If the
/// daemon does not answer, prints that, and what the key file has. Returns the exit code of a
/// Health; kUnknown if the configuration cannot be read.
int RunStatus(const StatusOptions& options, UnixTime now, std::ostream& out);

}  // namespace pamjwt::ctl
