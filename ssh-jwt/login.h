#pragma once

#include "core/base/result.h"
#include "ssh-jwt/options.h"

namespace pamjwt::ssh {

/// Runs ssh with ourselves as its askpass until it ends, and gives its exit status.
///
/// Arguments that start no login (`-V`, `-Q`, wrong ones) are ssh's alone: then it takes our place.
/// Errors: kConfigInvalid if there is no ssh that is fit; kInternal.
Result<int> RunLogin(const SshJwtOptions& options);

}  // namespace pamjwt::ssh
