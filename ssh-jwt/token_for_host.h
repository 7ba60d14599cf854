#pragma once

#include <functional>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/audience.h"
#include "ssh-jwt/ssh_program.h"
#include "ssh-jwt/user_token.h"

namespace pamjwt::ssh {

/// Gets the user's token for a host.
using GetToken = std::function<Result<UserToken>(const Target&)>;

/// Gets the token for the host to which ssh, with the options `config`, logs in. Every token
/// for an ssh goes through this function. It calls `get_token` only if the host's key is checked.
/// The audience of a token does not matter if a profile of jwt-sso says that it is for the host.
/// Errors: those of CheckHostKeyOptions, `get_token`, CheckTokenIsFor and CheckNotExpired.
Result<SecretString> TokenForHost(const SshConfig& config, const AudienceRule& audience,
                                  const GetToken& get_token);

}  // namespace pamjwt::ssh
