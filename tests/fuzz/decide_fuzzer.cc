#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/jose/unverified.h"
#include "fuzz/property.h"
#include "support/login_scene.h"

namespace pamjwt::test {
namespace {

constexpr std::array<std::string_view, 6> kServices = {"sshd",       "sudo", "login",
                                                       "postgresql", "su-l", "cron"};

class Ignore : public Trace {
 public:
  void Add(Step step) override { Require(!step.name.empty(), "a step has a name"); }
};

/// An input. Its first byte chooses the service, and whether the rest is a token, or a payload that
/// is signed with the secret of an issuer.
struct Input {
  std::string_view service;
  std::string token;
};

Input Read(std::string_view data) {
  const auto choice = data.empty() ? 0U : static_cast<unsigned char>(data.front());
  const std::string_view rest = data.substr(data.empty() ? 0 : 1);
  const std::string_view service = kServices[(choice >> 1U) % kServices.size()];
  if ((choice & 1U) == 0) return {service, std::string(rest)};
  return {service, SignToken(Algorithm::kHs256, rest, "k1")};
}

bool HasText(const Json& payload, std::string_view name, std::string_view text) {
  const Json* const value = payload.Find(name);
  return value != nullptr && value->AsString() != nullptr && *value->AsString() == text;
}

void CheckAccepted(const Decision& decision, const Input& input, const FakeHost& host) {
  const Result<UnverifiedToken> token = ReadUnverified(input.token);
  Require(token.ok(), "what is accepted is a token");
  Require(decision.account->name() == "alice", "the account is the one that was asked for");
  Require(HasText(token.value().payload, "sub", "alice"), "... and the token is for it");
  Require(HasText(token.value().payload, "iss", *decision.issuer->url), "... of its issuer");
  Require(input.service != "cron", "... and opens the service");
  const bool is_redeemed = host.asked.back().starts_with("redeem staff ");
  Require(is_redeemed == (input.service == "login"), "... once, if one_time is set");
  Require(host.asked[host.asked.size() - (is_redeemed ? 3 : 2)] == "account alice",
          "... and the account was looked up");
}

void Check(std::string_view data) {
  static LoginScene scene;
  scene.host.on_redeem = [] { return Redemption::kFirst; };
  const Input input = Read(data);
  scene.host.asked.clear();
  const Decision decision = scene.Decide(input.token, "alice", input.service);
  const bool is_accepted = decision.reason == Reason::kAccepted;
  Require(is_accepted == decision.account.has_value(), "an account if and only if accepted");
  Require(!IsFault(decision.reason), "a token is never this host's fault");
  Require(decision.signature_held || (!decision.tell_user && decision.token.subject.empty() &&
                                      decision.token.jti.empty() && !is_accepted),
          "nothing is said or believed of a token whose signature did not hold");
  Require(is_accepted || !decision.detail.empty(), "a refusal says why");
  if (is_accepted) {
    CheckAccepted(decision, input, scene.host);
  }
  Ignore trace;
  Require(scene.Decide(input.token, "alice", input.service, &trace).reason == decision.reason,
          "a trace changes nothing");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
