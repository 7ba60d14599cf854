#pragma once

#include <iosfwd>

#include "jwtctl/denylist/denial_options.h"

namespace pamjwt::ctl {

/// Runs `jwtctl deny`. A second call with the same options changes nothing. Returns kOk; kUsage if
/// the command line or the configuration is wrong; kNo if the list cannot be read or written.
/// Damaged lines stay, and are named on `err`.
int RunDeny(const DenyOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
