// The first byte of the input says how many parts of the token were given before. The rest is the
// prompt, and also serves as a token to cut into parts.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "ssh-jwt/askpass.h"

namespace pamjwt::ssh {
namespace {

using test::Require;

const Target kTarget{"alice", "host.example.com"};
constexpr std::string_view kPrefix = "(alice@host.example.com) ";

void CheckInSession(std::string_view prompt, std::size_t given) {
  const Session session{kTarget, given};
  const AskpassDecision decision = DecideInSession(prompt, session, true);
  if (decision.answer == Answer::kToken) {
    Require(prompt.starts_with(kPrefix), "only the own host gets the token");
    Require(decision.offset == given, "only the next part is given");
  }
  Require((decision.answer == Answer::kNothing) == !decision.why.empty(), "a refusal says why");

  Require(DecideInSession(prompt, session, false).answer != Answer::kToken,
          "another ssh never gets the token");
}

void CheckAlone(std::string_view prompt) {
  const AskpassDecision decision = DecideAlone(prompt, kTarget);
  if (decision.answer == Answer::kToken) {
    Require(prompt.starts_with(kPrefix), "only the host that ssh is for gets the token");
  }
  Require(decision.answer == Answer::kUser || MayAskForToken(prompt),
          "what is passed to the user asks for no token");
}

void CheckParts(std::string_view token, std::size_t limit) {
  std::string joined;
  while (joined.size() < token.size()) {
    const Result<std::string_view> part = PartOf(token, joined.size(), limit);
    Require(part.ok() && !part.value().empty() && part.value().size() <= limit,
            "a token has parts to its end");
    joined += part.value();
  }
  Require(joined == token, "the parts are the token");
}

void Check(std::string_view input) {
  if (input.empty()) return;
  const std::string_view prompt = input.substr(1);
  CheckInSession(prompt, static_cast<std::uint8_t>(input.front()) % 4U * kSshPart);
  CheckAlone(prompt);
  CheckParts(prompt, kSshPart);
  CheckParts(prompt, kSudoPart);
  (void)DecideForSudo(prompt);
  (void)IsAnswerVisible(prompt);
}

}  // namespace
}  // namespace pamjwt::ssh

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::ssh::Check(pamjwt::AsText({data, size}));
  return 0;
}
