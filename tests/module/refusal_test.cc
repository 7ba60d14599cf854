// Every way in which a token attempt ends without success: the PAM code, the reason in the log and
// the message to the user. Each has a twin that differs in one point and is accepted.
#include <syslog.h>

#include <gtest/gtest.h>

#include "module/login_attempt.h"
#include "module/refusal_cases.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

class RefusalTest : public testing::TestWithParam<RefusalCase> {
 protected:
  RefusalTest() {
    if (GetParam().prepare != nullptr) GetParam().prepare(attempt_);
  }

  LoginOutcome Refuse() {
    GetParam().make_wrong(attempt_);
    return LogIn(sandbox_, attempt_);
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(RefusalTest, TheTwinIsAccepted) {
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn(sandbox_, attempt_)));
}

TEST_P(RefusalTest, TheRefusalHasItsCodeAndReason) {
  const LoginOutcome outcome = Refuse();
  EXPECT_EQ(outcome.code, GetParam().code);
  EXPECT_TRUE(EndsIn(GetParam().reason, outcome));
  ASSERT_EQ(outcome.log.size(), 1U);
  const int level = IsFault(GetParam().reason) ? LOG_ERR : LOG_NOTICE;
  EXPECT_EQ(outcome.log.front().priority, LOG_AUTHPRIV | level);
}

TEST_P(RefusalTest, TellsTheUserNoMoreThanItMay) {
  const LoginOutcome outcome = Refuse();
  EXPECT_EQ(outcome.told, std::vector<std::string>{std::string(GetParam().told)});
}

TEST_P(RefusalTest, TheRefusalIsSilentIfAsked) {
  attempt_.flags = PAM_SILENT;
  const LoginOutcome outcome = Refuse();
  EXPECT_TRUE(EndsIn(GetParam().reason, outcome));
  EXPECT_EQ(outcome.told, std::vector<std::string>());
}

TEST_P(RefusalTest, LeavesNothingForTheNextModule) {
  EXPECT_EQ(Refuse().authtok, std::nullopt);
}

/// Returns whether the text has a piece of the token.
bool ShowsAnyOf(const std::string& token, const std::string& text) {
  constexpr std::size_t kPiece = 20;
  for (std::size_t at = 0; at + kPiece <= token.size(); ++at) {
    if (text.find(token.substr(at, kPiece)) != std::string::npos) return true;
  }
  return false;
}

TEST_P(RefusalTest, ShowsTheTokenNowhere) {
  GetParam().make_wrong(attempt_);
  attempt_.options = "debug";
  const std::string token = attempt_.Token();
  const LoginOutcome outcome = LogIn(sandbox_, attempt_, {token, "", ""});
  EXPECT_TRUE(EndsIn(GetParam().reason, outcome));
  for (const LogLine& line : outcome.log) {
    EXPECT_FALSE(ShowsAnyOf(token, line.text)) << line.text;
  }
}

INSTANTIATE_TEST_SUITE_P(Module, RefusalTest,
                         testing::ValuesIn(RefusalCases().begin(), RefusalCases().end()),
                         kCaseName);

}  // namespace
}  // namespace pamjwt::test
