#pragma once

#include <iosfwd>
#include <string_view>

namespace pamjwt::ctl {

/// `jwtctl inspect`: prints header and claims of `token`, each under the name that `claim =` takes,
/// with its type. Verifies nothing, and says so. Returns an ExitCode.
int RunInspect(std::string_view token, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
