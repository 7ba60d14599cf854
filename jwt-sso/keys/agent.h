#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ssh/public_key.h"

namespace pamjwt::sso {

/// Asks the ssh-agent at `socket`, a path as SSH_AUTH_SOCK has it, for its plain keys. Waits at
/// most for `patience_ms`, whatever the agent does. Errors: kInternal, with the socket, if
/// there is no agent, or if it does not answer as ParseAgentAnswer wants it.
Result<std::vector<SshPublicKey>> ListAgentKeys(const std::string& socket,
                                                std::int64_t patience_ms);

}  // namespace pamjwt::sso
