// Logins that succeed.
#include <syslog.h>

#include <gtest/gtest.h>

#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

class EveryAlgorithmTest : public testing::TestWithParam<AlgorithmInfo> {
 protected:
  EveryAlgorithmTest() {
    attempt_.issuer.Set("algorithms", R"(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
                                          "ES256", "ES384", "ES512", "EdDSA", "Ed25519"])");
    attempt_.SignBy(GetParam().algorithm);
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(EveryAlgorithmTest, LetsInWithoutAMessageAndLogsOneLine) {
  const LoginOutcome outcome = LogIn(sandbox_, attempt_);
  EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  EXPECT_EQ(outcome.prompts, std::vector<std::string>{"Token: "});
  EXPECT_EQ(outcome.told, std::vector<std::string>());
  ASSERT_EQ(outcome.log.size(), 1U);
  EXPECT_EQ(outcome.log.front().priority, LOG_AUTHPRIV | LOG_INFO);
}

TEST_P(EveryAlgorithmTest, RefusesTheSignatureOfAnotherKey) {
  attempt_.key = &TestKey::OtherFor(GetParam().algorithm);
  EXPECT_TRUE(EndsIn(Reason::kSignature, LogIn(sandbox_, attempt_)));
}

TEST_P(EveryAlgorithmTest, RefusesAFlippedBit) {
  attempt_.forge = [](const std::string& token) { return WithFlippedBit(token); };
  EXPECT_TRUE(EndsIn(Reason::kSignature, LogIn(sandbox_, attempt_)));
}

INSTANTIATE_TEST_SUITE_P(Module, EveryAlgorithmTest, testing::ValuesIn(kAlgorithms), kCaseName);

}  // namespace
}  // namespace pamjwt::test
