#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "jwtctl/denylist/denial_options.h"

namespace pamjwt::ctl {

/// Runs `jwtctl undeny`. A second call with the same options changes nothing. Returns kOk; kUsage
/// if the command line or the configuration is wrong; kNo if the list cannot be read or written, or
/// has damaged lines, which stay and are named on `err`.
int RunUndeny(const DenyOptions& options, std::ostream& out, std::ostream& err);

/// Runs `jwtctl undeny --damaged`: takes the damaged lines out, prints them, and says where a copy
/// of the old file is. Returns kOk, or kNo if the list cannot be read or written.
int RunUndenyDamaged(const std::optional<std::string>& denylist_path, std::ostream& out,
                     std::ostream& err);

}  // namespace pamjwt::ctl
