#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

/// The options of `jwtctl denied`.
struct DeniedOptions {
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
  bool json = false;
};

/// Runs `jwtctl denied`: prints the list. Returns kOk, or kNo if the list or a line of it cannot be
/// read.
int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
