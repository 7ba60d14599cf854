#pragma once

#include <functional>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/audience.h"
#include "ssh-jwt/ssh_program.h"

namespace pamjwt::ssh {

/// Gets the user's token for a host.
using GetToken = std::function<Result<SecretString>(const Target&)>;

/// Gets the token that may go to the host that ssh, told `config`, is connected to. No token of an
/// ssh goes another way. The token is not even got where the host may not have it.
/// Errors: of CheckHostKeyOptions, of `get_token`, of CheckTokenIsFor.
Result<SecretString> TokenForHost(const SshConfig& config, const AudienceRule& audience,
                                  const GetToken& get_token);

}  // namespace pamjwt::ssh
