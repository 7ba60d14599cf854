#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "jwt-sso/keys/agent_answer.h"

namespace pamjwt::test {
namespace {

void Check(ByteView answer) {
  const Result<std::vector<SshPublicKey>> keys = sso::ParseAgentAnswer(answer);
  if (!keys.ok()) {
    Require(keys.error().reason == Reason::kMalformed, "a refusal has its reason");
    return;
  }
  std::size_t size = 5;  // the type of the answer, and the number of keys
  for (const SshPublicKey& key : keys.value()) {
    const Result<SshPublicKey> again = ParseSshPublicKey(key.blob);
    Require(again.ok() && again.value().blob == key.blob, "a key reads as itself");
    size += key.blob.size() + 8;
  }
  Require(size <= answer.size(), "the keys are in the answer");
  Require(!sso::ParseAgentAnswer(answer.first(answer.size() - 1)).ok(), "no part is an answer");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check({data, size});
  return 0;
}
