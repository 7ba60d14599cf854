// What Decide looks at first: an attempt with two faults is refused for the earlier one, and the
// host is asked for nothing that only a later step needs.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/login/decide.h"
#include "support/login_scene.h"

namespace pamjwt {
namespace {

using test::LoginAttempt;
using test::LoginScene;
using Asked = std::vector<std::string>;

struct Fault {
  const char* name;
  std::string_view id;
  bool tell_user;  // if it is the only fault
  Asked asked;
  std::function<void(LoginAttempt&)> apply;
};

/// One fault per step. The token of ghost is good, but the account does not exist.
const std::vector<Fault>& FaultsInOrder() {
  static const Asked kKeys = {"keys staff"};
  static const Asked kAll = {"keys staff", "account alice", "denylist"};
  static const std::vector<Fault> kFaults = {
      {"length",
       "token.too_long",
       false,
       {},
       [](LoginAttempt& attempt) {
         attempt.claims["filler"] = "\"" + std::string(8192, 'x') + "\"";
       }},
      {"header",
       "token.unsupported",
       false,
       {},
       [](LoginAttempt& attempt) { attempt.header_members = R"(,"crit":["x"],"x":1)"; }},
      {"algorithm of nobody",
       "alg.refused",
       false,
       {},
       [](LoginAttempt& attempt) { attempt.algorithm = Algorithm::kRs512; }},
      {"issuer",
       "issuer.unknown",
       false,
       {},
       [](LoginAttempt& attempt) { attempt.claims["iss"] = R"("https://other.example")"; }},
      {"service",
       "issuer.service",
       false,
       {},
       [](LoginAttempt& attempt) { attempt.service = "cron"; }},
      {"algorithm",
       "alg.refused",
       false,
       {},
       [](LoginAttempt& attempt) { attempt.algorithm = Algorithm::kEs384; }},
      {"type", "token.type", false, {}, [](LoginAttempt& attempt) { attempt.typ = "logout+jwt"; }},
      {"key", "key.unknown", false, kKeys, [](LoginAttempt& attempt) { attempt.kid = "k9"; }},
      {"signature", "signature.invalid", false, kKeys,
       [](LoginAttempt& attempt) { attempt.forged = true; }},
      {"claim types", "claim.wrong_type", false, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["exp"] = R"("1800000600")"; }},
      {"binding", "claim.bound", true, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["cnf"] = "{}"; }},
      {"audience", "audience.mismatch", false, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["aud"] = R"("other")"; }},
      {"exp", "token.expired", true, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["exp"] = "1799999000"; }},
      {"nbf", "token.not_yet_valid", true, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["nbf"] = "1800000500"; }},
      {"iat", "token.too_old", true, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["iat"] = "1799990000"; }},
      {"condition", "claim.condition", true, kKeys,
       [](LoginAttempt& attempt) { attempt.claims["email_verified"] = "false"; }},
      {"account rule", "account.not_allowed", false, kKeys,
       [](LoginAttempt& attempt) { attempt.user = "bob"; }},
      {"account",
       "account.unknown",
       true,
       {"keys staff", "account ghost"},
       [](LoginAttempt& attempt) {
         attempt.user = "ghost";
         attempt.claims["sub"] = R"("ghost")";
       }},
      {"denylist", "token.denied", true, kAll,
       [](LoginAttempt& attempt) { attempt.claims["jti"] = R"("withdrawn")"; }},
      {"one-time",
       "redeem.used",
       true,
       {"keys staff", "account alice", "denylist", "redeem staff used 1800000630"},
       [](LoginAttempt& attempt) {
         attempt.service = "login";
         attempt.claims["jti"] = R"("used")";
       }},
  };
  return kFaults;
}

LoginAttempt Good() {
  LoginAttempt attempt;
  attempt.claims["jti"] = R"("j")";
  return attempt;
}

class FaultTest : public testing::TestWithParam<std::size_t> {
 protected:
  const Fault& fault_ = FaultsInOrder().at(GetParam());
};

TEST_P(FaultTest, TheFaultAloneEndsTheAttempt) {
  LoginScene scene;
  LoginAttempt attempt = Good();
  fault_.apply(attempt);
  const Decision decision = scene.Decide(attempt);
  EXPECT_EQ(Id(decision.reason), fault_.id) << decision.detail;
  EXPECT_EQ(scene.host.asked, fault_.asked);
  EXPECT_EQ(decision.tell_user, fault_.tell_user) << fault_.name;
}

TEST_P(FaultTest, TheFaultIsReportedBeforeEachLaterOne) {
  for (std::size_t later = GetParam() + 1; later < FaultsInOrder().size(); ++later) {
    LoginScene scene;
    LoginAttempt attempt = Good();
    FaultsInOrder()[later].apply(attempt);
    fault_.apply(attempt);  // last, so that it stands where both change the same
    const Decision decision = scene.Decide(attempt);
    EXPECT_EQ(Id(decision.reason), fault_.id) << fault_.name << ", " << FaultsInOrder()[later].name;
    EXPECT_LE(scene.host.asked.size(), fault_.asked.size()) << FaultsInOrder()[later].name;
  }
}

// The user is told only if signature, issuer and audience hold and a rule gives the account.
TEST_P(FaultTest, TheFaultIsNotToldToAStranger) {
  if (!fault_.tell_user || std::string_view(fault_.name) == "account") return;
  for (const std::string_view stranger : {"audience", "account rule", "signature"}) {
    LoginScene scene;
    LoginAttempt attempt = Good();
    for (const Fault& other : FaultsInOrder()) {
      if (other.name == stranger) {
        other.apply(attempt);
      }
    }
    fault_.apply(attempt);
    EXPECT_FALSE(scene.Decide(attempt).tell_user) << fault_.name << ", " << stranger;
  }
}

INSTANTIATE_TEST_SUITE_P(Decide, FaultTest, testing::Range(std::size_t{0}, FaultsInOrder().size()),
                         [](const auto& test_info) {
                           std::string name = FaultsInOrder()[test_info.param].name;
                           for (char& c : name) {
                             if (c == ' ' || c == '-') {
                               c = '_';
                             }
                           }
                           return name;
                         });

TEST(Decide, AsksTheHostForNothingElseWhereAllIsWell) {
  LoginScene scene;
  EXPECT_EQ(Id(scene.Decide(Good()).reason), "token.accepted");
  EXPECT_EQ(scene.host.asked, (Asked{"keys staff", "account alice", "denylist"}));
}

TEST(Decide, ReadsAMapFileOnlyForAServiceThatHasOne) {
  LoginScene scene;
  LoginAttempt attempt = Good();
  attempt.service = "su";
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.accepted");
  EXPECT_EQ(scene.host.asked, (Asked{"keys staff", "map /etc/map", "account alice", "denylist"}));
}

TEST(Decide, ReadsASecretOnlyForATokenOfItsIssuer) {
  LoginScene scene;
  LoginAttempt attempt = Good();
  attempt.claims["iss"] = R"("https://lab.example")";
  attempt.algorithm = Algorithm::kHs256;
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.accepted");
  EXPECT_EQ(scene.host.asked, (Asked{"secret lab", "account alice", "denylist"}));
}

TEST(Decide, TellsNobodyWhereItWasAccepted) {
  LoginScene scene;
  EXPECT_FALSE(scene.Decide(Good()).tell_user);
}

}  // namespace
}  // namespace pamjwt
