#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

/// The options of `jwtctl denied`.
struct DeniedOptions {
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
  bool fleet = false;                        ///< prints the list of the fleet in its place
  bool json = false;
};

/// Runs `jwtctl denied`: prints the list, and says on `err` if that of the fleet counts too.
/// Returns kOk, or kNo if the list or a line of it cannot be read. A host without a list of the
/// fleet has an empty one, unless its denylist says that there is one.
int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
