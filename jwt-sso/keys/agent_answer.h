#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/ssh/public_key.h"

namespace pamjwt::sso {

/// The message that asks an ssh-agent for its keys, with its length in front
/// (SSH2_AGENTC_REQUEST_IDENTITIES in OpenSSH's PROTOCOL.agent).
inline constexpr std::array<std::uint8_t, 5> kAskForKeys = {0, 0, 0, 1, 11};

/// The longest answer that is read from an agent, in bytes, as ssh has it.
inline constexpr std::size_t kMaxAgentAnswerBytes = std::size_t{256} * 1024;

/// Reads the answer with which an ssh-agent lists its keys, without the length in front
/// (SSH2_AGENT_IDENTITIES_ANSWER). Returns the plain keys, in their order. Certificates, and keys
/// of a type that is not known, are left out. Errors: kMalformed for any other answer.
Result<std::vector<SshPublicKey>> ParseAgentAnswer(ByteView answer);

}  // namespace pamjwt::sso
