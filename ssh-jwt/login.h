#pragma once

#include "core/base/result.h"
#include "ssh-jwt/options.h"

namespace pamjwt::ssh {

/// Runs ssh with this program as its askpass until it ends, and returns its exit status.
///
/// If there is no token for the host, ssh is started only if it may log in without a token.
/// If the arguments start no login (`-V`, `-Q`, wrong ones), ssh replaces this process.
/// Errors: kConfigInvalid if there is no ssh that can be used; those of TokenForHost; kInternal.
Result<int> RunLogin(const SshJwtOptions& options);

}  // namespace pamjwt::ssh
