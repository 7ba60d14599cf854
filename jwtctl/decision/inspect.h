#pragma once

#include <iosfwd>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// Runs `jwtctl inspect`: prints the header and the claims of `token`, each with its type, and
/// under the name that `claim =` takes. Dates are shown with their distance from `now`. Verifies
/// nothing, and says so. Returns kOk, or kNo if `token` is not a token.
int RunInspect(std::string_view token, UnixTime now, std::ostream& out, std::ostream& err);

/// Runs `jwtctl inspect --certificate`: prints what the certificate in `text`, the content of a
/// -cert.pub file, says of itself, and then each token in it as RunInspect does. Verifies nothing,
/// and says so. Returns kOk, or kNo if `text` is not a certificate that carries a token.
int RunInspectCertificate(std::string_view text, UnixTime now, std::ostream& out,
                          std::ostream& err);

}  // namespace pamjwt::ctl
