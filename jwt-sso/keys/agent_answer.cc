#include "jwt-sso/keys/agent_answer.h"

#include <string>
#include <utility>

#include "core/ssh/wire.h"

namespace pamjwt::sso {
namespace {

Error Malformed(std::string why) {
  return {Reason::kMalformed, std::move(why)};
}

}  // namespace

Result<std::vector<SshPublicKey>> ParseAgentAnswer(ByteView answer) {
  constexpr std::uint8_t kFailure = 5;      // SSH_AGENT_FAILURE
  constexpr std::uint8_t kIdentities = 12;  // SSH2_AGENT_IDENTITIES_ANSWER
  constexpr std::uint32_t kMaxKeys = 2048;  // as ssh has it
  if (answer.empty() || answer.size() > kMaxAgentAnswerBytes) {
    return Malformed("its answer is empty or too long");
  }
  if (answer[0] == kFailure) return Malformed("it refuses to list its keys");
  if (answer[0] != kIdentities) return Malformed("its answer is not a list of keys");

  WireReader reader(answer.subspan(1));
  const std::uint32_t count = reader.Uint32();
  if (count > kMaxKeys) return Malformed("it lists too many keys");
  std::vector<SshPublicKey> keys;
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    Result<SshPublicKey> key = ParseSshPublicKey(reader.String());
    reader.String();  // the comment
    if (key.ok()) keys.push_back(std::move(key).value());
  }
  if (!reader.ok() || !reader.at_end()) return Malformed("its list of keys is malformed");
  return keys;
}

}  // namespace pamjwt::sso
