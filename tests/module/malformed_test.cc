// Malformed tokens: each is refused with a reason, soon, and no token ends in a crash.
#include <time.h>

#include <ostream>

#include <gtest/gtest.h>

#include "core/login/pam_code.h"
#include "module/login_attempt.h"
#include "module/malformed_tokens.h"
#include "support/expect.h"

namespace pamjwt::test {

void PrintTo(const Damage& damage, std::ostream* out) {
  *out << damage.name;
}

namespace {

#ifdef PAMJWT_SANITIZED
constexpr double kMaxSeconds = 1;
#else
constexpr double kMaxSeconds = 0.05;
#endif

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class MalformedTokenTest : public testing::TestWithParam<Damage> {
 protected:
  MalformedTokenTest() {
    // PostgreSQL's prompts never ask for another part, whatever the length.
    attempt_.service = "postgresql";
    attempt_.issuer.Set("services", R"(["postgresql"])");
    Install(sandbox_, attempt_);
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

/// Checks that the attempt was refused for a reason that is the token's fault, with its PAM code.
testing::AssertionResult IsRefused(const LoginOutcome& outcome) {
  const std::optional<Reason> reason = outcome.FindReason();
  const bool is_refused = reason.has_value() && *reason != Reason::kAccepted &&
                          *reason != Reason::kNoToken && !IsFault(*reason) &&
                          outcome.code == ToPamCode(*reason).number;
  if (is_refused) return testing::AssertionSuccess();
  return testing::AssertionFailure() << ShowPamCode(outcome.code) << ", " << outcome.Audit();
}

TEST_P(MalformedTokenTest, RefusesTheMalformedTokenWithAReason) {
  ASSERT_TRUE(EndsIn(Reason::kAccepted, LogInAgain(sandbox_, attempt_, {attempt_.Token()})));
  for (const std::string& token : GetParam().tokens()) {
    ASSERT_GE(token.size(), 128U);
    const double before = CpuSeconds();
    const LoginOutcome outcome = LogInAgain(sandbox_, attempt_, {token});
    EXPECT_LT(CpuSeconds() - before, kMaxSeconds) << token;
    EXPECT_TRUE(IsRefused(outcome)) << token;
    EXPECT_EQ(outcome.told.size(), 1U) << token;
    EXPECT_EQ(outcome.authtok, std::nullopt) << token;
  }
}

INSTANTIATE_TEST_SUITE_P(Module, MalformedTokenTest,
                         testing::ValuesIn(Damages().begin(), Damages().end()), kCaseName);

TEST(MalformedTokens, TheMalformedTokensAreManyAndAllDifferFromAGoodOne) {
  std::size_t count = 0;
  for (const Damage& damage : Damages()) {
    const std::vector<std::string> tokens = damage.tokens();
    EXPECT_GE(tokens.size(), 10U) << damage.name;
    count += tokens.size();
  }
  EXPECT_GE(count, 1000U);
}

}  // namespace
}  // namespace pamjwt::test
