#pragma once

#include "core/base/result.h"
#include "ssh-jwt/options.h"

namespace pamjwt::ssh {

/// Runs ssh with this program as its askpass until it ends, and returns its exit status.
///
/// If the arguments start no login (`-V`, `-Q`, wrong ones), ssh replaces this process.
/// Errors: kConfigInvalid if there is no ssh that can be used; kInternal.
Result<int> RunLogin(const SshJwtOptions& options);

}  // namespace pamjwt::ssh
