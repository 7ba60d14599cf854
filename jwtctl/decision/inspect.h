#pragma once

#include <iosfwd>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// Runs `jwtctl inspect`: prints the header and the claims of `token`, each with its type, and
/// under the name that `claim =` takes. Dates are shown with their distance from `now`. Verifies
/// nothing, and says so. Returns kOk, or kNo if `token` is not a token.
int RunInspect(std::string_view token, UnixTime now, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
