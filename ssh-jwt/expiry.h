#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt::ssh {

/// Checks that `token`, a JWT, has not expired at `now`: that its `exp` (RFC 7519 §4.1.4) is later.
/// A token whose `exp` is absent or not a number passes: its host judges it.
///
/// Errors: kExpired, saying how long ago; kMalformed; kUnsupported.
Status CheckNotExpired(std::string_view token, UnixTime now);

}  // namespace pamjwt::ssh
