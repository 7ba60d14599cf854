#pragma once

#include <iosfwd>

#include "jwtctl/denylist/denial_options.h"
#include "jwtctl/denylist/deny_ending.h"

namespace pamjwt::ctl {

/// Runs `jwtctl deny`: writes the denylist, and then ends open sessions, if it must. A second call
/// with the same options does not change the list. Returns kOk; kUsage if the command line or the
/// configuration is wrong; kNo if the list cannot be read or written, or a session is not ended.
/// Damaged lines stay, and are named on `err`.
int RunDeny(const DenyOptions& options, const EndingOptions& ending, std::ostream& out,
            std::ostream& err);

}  // namespace pamjwt::ctl
