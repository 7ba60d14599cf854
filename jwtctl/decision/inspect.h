#pragma once

#include <iosfwd>
#include <string_view>

namespace pamjwt::ctl {

/// Runs `jwtctl inspect`: prints the header and the claims of `token`, each with its type, and
/// under the name that `claim =` takes. Verifies nothing, and says so. Returns kOk, or kNo
/// if `token` is not a token.
int RunInspect(std::string_view token, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
