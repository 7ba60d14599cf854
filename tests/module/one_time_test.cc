// Tokens that log in once: what the module asks the daemon, and what follows from the answer.
#include <sys/stat.h>
#include <time.h>

#include <gtest/gtest.h>

#include "io/fetcher_interface.h"
#include "module/login_attempt.h"
#include "support/fake_fetcher.h"

namespace pamjwt::test {
namespace {

class OneTimeTest : public testing::Test {
 protected:
  OneTimeTest() {
    attempt_.issuer.Set("one_time", "true");
    attempt_.claims.Set("jti", "\"j-1\"");
    attempt_.claims.Set("exp", "4000000000");
  }

  static FakeFetcher::Answer Saying(std::string text) {
    return [text = std::move(text)](const VarlinkCall&) { return text; };
  }

  [[nodiscard]] std::string Socket() const { return sandbox_.Path("redeem"); }
  [[nodiscard]] LoginOutcome LogIn() const { return test::LogIn(sandbox_, attempt_); }

  const Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_F(OneTimeTest, ATokenThatTheDaemonCallsNewLogsIn) {
  const FakeFetcher daemon(Socket(), Saying(FakeFetcher::Redeemed(true)));
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  ASSERT_EQ(daemon.calls().size(), 1U);
  EXPECT_EQ(daemon.calls().front().method, kRedeemMethod);
  EXPECT_EQ(ToJsonText(daemon.calls().front().parameters),
            "{\"issuer\":" + QuoteJson(kIssuerUrl) + ",\"jti\":\"j-1\",\"expires\":4000000030}");
}

TEST_F(OneTimeTest, ATokenThatTheDaemonCallsUsedIsRefused) {
  const FakeFetcher daemon(Socket(), Saying(FakeFetcher::Redeemed(false)));
  const LoginOutcome outcome = LogIn();
  EXPECT_TRUE(EndsIn(Reason::kRedeemed, outcome));
  ASSERT_EQ(outcome.told.size(), 1U);
  EXPECT_EQ(outcome.told.front(),
            "Your token was used before, and logs in only once: get a new one.");
}

TEST_F(OneTimeTest, AnyOtherAnswerOfTheDaemonGivesNoVerdict) {
  for (const std::string& answer :
       {FakeFetcher::Failed(kStoreUnavailableError), FakeFetcher::Failed(kNotOneTimeError),
        FakeFetcher::Failed(kUnknownIssuerError), FakeFetcher::Refreshed(true),
        std::string("x\0", 2)}) {
    const FakeFetcher daemon(Socket(), Saying(answer));
    EXPECT_TRUE(EndsIn(Reason::kRedeemUnavailable, LogIn())) << answer;
    sandbox_.Remove("redeem");
  }
}

TEST_F(OneTimeTest, ALoginThatFailsForAnotherReasonUsesNoTokenUp) {
  const FakeFetcher daemon(Socket(), Saying(FakeFetcher::Redeemed(true)));
  attempt_.SetDate("exp", -600);
  EXPECT_TRUE(EndsIn(Reason::kExpired, LogIn()));
  attempt_.SetDate("exp", 600);
  attempt_.claims.Set("sub", "\"somebody-else\"");
  EXPECT_TRUE(EndsIn(Reason::kAccountNotAllowed, LogIn()));
  attempt_.claims.Set("sub", QuoteJson(OwnAccount()));
  attempt_.files["denied.jsonl"] =
      "{\"format\":1}\n{\"account\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n";
  EXPECT_TRUE(EndsIn(Reason::kAccountDenied, LogIn()));
  EXPECT_TRUE(daemon.calls().empty());
}

TEST_F(OneTimeTest, ATokenThatIsNotOneTimeAsksNoDaemon) {
  const FakeFetcher daemon(Socket(), Saying(FakeFetcher::Redeemed(false)));
  attempt_.issuer.Remove("one_time");
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  EXPECT_TRUE(daemon.calls().empty());
}

double Seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// The module waits 2 s. The rest is for a slow machine.
TEST_F(OneTimeTest, ADaemonThatHangsIsNotWaitedForLong) {
  const FakeFetcher daemon(Socket(), [](const VarlinkCall&) { return std::nullopt; });
  const double begin = Seconds();
  EXPECT_TRUE(EndsIn(Reason::kRedeemUnavailable, LogIn()));
  const double took = Seconds() - begin;
  EXPECT_GE(took, 2);
  EXPECT_LT(took, 6);
}

}  // namespace
}  // namespace pamjwt::test
