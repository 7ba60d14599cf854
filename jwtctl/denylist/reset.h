#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

/// Runs `jwtctl denylist reset`: forgets the serial of the fleet's list beside the denylist at
/// `denylist_path`, or beside that of this host, so that any feed may follow. The list itself goes
/// on to count. Returns kOk, also if there is no serial to forget; kNo if the list cannot be read
/// or written.
int RunReset(const std::optional<std::string>& denylist_path, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
