#pragma once

#include <iosfwd>
#include <string_view>

namespace pamjwt::ctl {

/// Prints one line of the log of `jwtctl denylist apply`: an event, and its fields as LogField()
/// makes them.
void LogApply(std::ostream& err, std::string_view line);

}  // namespace pamjwt::ctl
