// Keys that a daemon fetched: which tokens they verify, and when the module asks for new ones.
#include <sys/stat.h>
#include <time.h>

#include <gtest/gtest.h>

#include "io/replace_file.h"
#include "module/login_attempt.h"
#include "support/expect.h"
#include "support/fake_fetcher.h"
#include "support/verify_token.h"

namespace pamjwt::test {
namespace {

using Keys = std::map<std::string, const TestKey*>;

const TestKey& OtherKey() {
  return TestKey::OtherFor(Algorithm::kEs256);
}

class FetchedKeysTest : public testing::Test {
 protected:
  FetchedKeysTest() { LetFetch(attempt_); }

  /// Returns the answer of a daemon that fetches `keys` when it is asked.
  [[nodiscard]] FakeFetcher::Answer Fetching(const Keys& keys) const {
    return [=, this](const VarlinkCall&) {
      const Status replaced =
          ReplaceFile(sandbox_.Path("keys.jsonl"), KeyFileText(keys, 0), 0644, AnyText);
      return FakeFetcher::Refreshed(replaced.ok());
    };
  }

  [[nodiscard]] std::string Socket() const { return sandbox_.Path("public"); }
  [[nodiscard]] LoginOutcome LogIn() const { return test::LogIn(sandbox_, attempt_); }

  const Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_F(FetchedKeysTest, FetchedKeysLetInAndTheDaemonIsNotAsked) {
  const FakeFetcher daemon(Socket(), Fetching({}));
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  EXPECT_TRUE(daemon.calls().empty());
}

TEST_F(FetchedKeysTest, FetchedKeysLetInWithTheDaemonDead) {
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
}

TEST_F(FetchedKeysTest, FetchedKeysLetInByEveryAlgorithm) {
  for (const Algorithm algorithm : {Algorithm::kRs256, Algorithm::kPs256, Algorithm::kEs256,
                                    Algorithm::kEs384, Algorithm::kEs512, Algorithm::kEdDsa}) {
    attempt_.SignBy(algorithm);
    EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn())) << Info(algorithm).name;
  }
}

TEST_F(FetchedKeysTest, FetchedKeysLetInATokenWithoutAKid) {
  attempt_.header.Remove("kid");
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
}

TEST_F(FetchedKeysTest, ANewKeyIdAsksTheDaemonOnce) {
  const FakeFetcher daemon(Socket(), Fetching({{"new", &TestKey::P256()}}));
  attempt_.header.Set("kid", "\"new\"");
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  ASSERT_EQ(daemon.calls().size(), 1U);
  EXPECT_EQ(daemon.calls().front().method, "io.pamjwt.Fetcher.Refresh");
  EXPECT_EQ(ToJsonText(daemon.calls().front().parameters),
            "{\"issuer\":" + QuoteJson(kIssuerUrl) + "}");
}

TEST_F(FetchedKeysTest, ANewKeyUnderAnOldKeyIdAsksTheDaemonOnce) {
  attempt_.files["keys.jsonl"] = KeyFileText({{"p256", &OtherKey()}}, 60);
  const FakeFetcher daemon(Socket(), Fetching({{"p256", &TestKey::P256()}}));
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  EXPECT_EQ(daemon.calls().size(), 1U);
}

TEST_F(FetchedKeysTest, AForgedTokenAsksTheDaemonOnce) {
  const FakeFetcher daemon(Socket(), Fetching({{"p256", &TestKey::P256()}}));
  attempt_.key = &OtherKey();
  EXPECT_TRUE(EndsIn(Reason::kSignature, LogIn()));
  EXPECT_EQ(daemon.calls().size(), 1U);
}

TEST_F(FetchedKeysTest, ATokenThatFailsForAnotherReasonDoesNotAskTheDaemon) {
  const FakeFetcher daemon(Socket(), Fetching({}));
  attempt_.SetDate("exp", -600);
  EXPECT_TRUE(EndsIn(Reason::kExpired, LogIn()));
  attempt_.claims.Set("iss", "\"https://other.example\"");
  EXPECT_TRUE(EndsIn(Reason::kIssuerUnknown, LogIn()));
  EXPECT_TRUE(daemon.calls().empty());
}

TEST_F(FetchedKeysTest, KeysAreReadAgainEvenIfTheDaemonSaysUnchanged) {
  const FakeFetcher daemon(Socket(), [this](const VarlinkCall& call) {
    Fetching({{"new", &TestKey::P256()}})(call);
    return FakeFetcher::Failed("io.pamjwt.Fetcher.Cooldown");
  });
  attempt_.header.Set("kid", "\"new\"");
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
}

TEST_F(FetchedKeysTest, FetchedKeysAreNeverTakenForAnIssuerThatHasAFile) {
  const FakeFetcher daemon(Socket(), Fetching({{"p256", &OtherKey()}}));
  attempt_.files["keys.jsonl"] = KeyFileText({{"p256", &OtherKey()}, {"new", &OtherKey()}}, 60);
  attempt_.key = &OtherKey();
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  attempt_.issuer.Set("jwks_file", "\"@/keys.json\"");
  EXPECT_TRUE(EndsIn(Reason::kSignature, LogIn()));
  attempt_.header.Set("kid", "\"new\"");
  EXPECT_TRUE(EndsIn(Reason::kKeyUnknown, LogIn()));
  EXPECT_TRUE(daemon.calls().empty());
}

TEST_F(FetchedKeysTest, OnlyKeysOfTheConfiguredThumbprintsAreUsed) {
  const auto thumbprints = [](const TestKey& key) {
    return "[\"" + Thumbprint(PublicKey(key)).value() + "\"]";
  };
  attempt_.issuer.Set("thumbprints", thumbprints(TestKey::P256()));
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  attempt_.issuer.Set("thumbprints", thumbprints(OtherKey()));
  EXPECT_TRUE(EndsIn(Reason::kKeyUnknown, LogIn()));
}

TEST_F(FetchedKeysTest, KeysAreNotReadFromAFileThatOthersMayWrite) {
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn()));
  ASSERT_EQ(chmod(sandbox_.Path("keys.jsonl").c_str(), 0664), 0);
  const LoginOutcome outcome = LogInAgain(sandbox_, attempt_, {attempt_.Token()});
  EXPECT_TRUE(EndsIn(Reason::kKeysMissing, outcome));
  EXPECT_NE(outcome.Audit().find("may be written by group or others"), std::string::npos)
      << outcome.Audit();
}

TEST_F(FetchedKeysTest, TheLogSaysThatTheDaemonDidNotAnswer) {
  attempt_.header.Set("kid", "\"new\"");
  const LoginOutcome outcome = LogIn();
  EXPECT_TRUE(EndsIn(Reason::kKeyUnknown, outcome));
  EXPECT_NE(outcome.Audit().find("not fetched again: " + Socket()), std::string::npos)
      << outcome.Audit();
}

double Seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// The module waits 0.9 s. The rest is for a slow machine.
TEST_F(FetchedKeysTest, ADaemonThatHangsIsNotWaitedForLong) {
  const FakeFetcher daemon(Socket(), [](const VarlinkCall&) { return std::nullopt; });
  attempt_.header.Set("kid", "\"new\"");
  const double begin = Seconds();
  EXPECT_TRUE(EndsIn(Reason::kKeyUnknown, LogIn()));
  const double took = Seconds() - begin;
  EXPECT_GE(took, 0.9);
  EXPECT_LT(took, 5);
  EXPECT_EQ(daemon.calls().size(), 1U);
}

}  // namespace
}  // namespace pamjwt::test
