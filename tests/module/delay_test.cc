// A refusal comes no sooner than refusal_delay after the last answer, whatever was wrong.
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "module/login_attempt.h"

namespace pamjwt::test {
namespace {

double Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct DelayCase {
  const char* name;
  void (*change)(LoginAttempt&);
  bool is_delayed;
};

constexpr DelayCase kCases[] = {
    {"accepted", [](LoginAttempt&) {}, false},
    {"password", [](LoginAttempt& a) { a.forge = [](auto&) { return "correct horse"; }; }, false},
    {"broken configuration", [](LoginAttempt& a) { a.login.Set("x", "1"); }, false},
    {"junk", [](LoginAttempt& a) { a.forge = [](auto&) { return std::string(300, 'x'); }; }, true},
    {"algorithm", [](LoginAttempt& a) { a.header.Set("alg", "\"none\""); }, true},
    {"issuer", [](LoginAttempt& a) { a.claims.Set("iss", "\"https://other.example\""); }, true},
    {"key", [](LoginAttempt& a) { a.header.Set("kid", "\"other\""); }, true},
    {"signature", [](LoginAttempt& a) { a.key = &TestKey::OtherFor(a.algorithm); }, true},
    {"expired", [](LoginAttempt& a) { a.SetDate("exp", -600); }, true},
    {"account", [](LoginAttempt& a) { a.claims.Set("sub", "\"other\""); }, true},
    {"no such account",
     [](LoginAttempt& a) {
       a.claims.Set("sub", "\"no-such-account\"");
       a.user = "no-such-account";
     },
     true},
    {"no keys", [](LoginAttempt& a) { a.issuer.Remove("jwks_file"); }, true},
    {"too long", [](LoginAttempt& a) { a.login.Set("max_token_bytes", "256"); }, true},
};

/// Logs in with a delay of one second. Returns whether that took as long as it should.
bool TakesItsTime(const DelayCase& delay) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.login.Set("refusal_delay", "\"1s\"");
  delay.change(attempt);
  Install(sandbox, attempt);
  PamSession session(sandbox, attempt.service, attempt.user);
  session.Prepare({attempt.Token()});
  double answered = 0;
  session.OnPrompt([&] { answered = Now(); });
  const int code = session.Authenticate();
  const double took = Now() - answered;
  if (!delay.is_delayed) return answered == 0 || took < 1;
  return code != PAM_SUCCESS && took >= 1;
}

/// Starts a login in a process of its own, so that all logins wait at the same time.
pid_t Begin(const DelayCase& delay) {
  const pid_t child = fork();
  if (child != 0) return child;
  bool good = false;
  try {
    good = TakesItsTime(delay);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
  }
  _exit(good ? 0 : 1);
}

TEST(RefusalDelay, DelaysEveryRefusalAndNothingElse) {
  std::vector<pid_t> children;
  for (const DelayCase& delay : kCases) {
    children.push_back(Begin(delay));
  }
  for (std::size_t i = 0; i < children.size(); ++i) {
    int status = -1;
    ASSERT_EQ(waitpid(children[i], &status, 0), children[i]);
    EXPECT_EQ(status, 0) << kCases[i].name;
  }
}

TEST(RefusalDelay, CountsTheDelayFromTheLastPart) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.login.Set("refusal_delay", "\"1s\"");
  Install(sandbox, attempt);
  PamSession session(sandbox, attempt.service, attempt.user);
  session.Prepare({std::string(1023, 'x'), "y"});
  std::vector<double> asked;
  session.OnPrompt([&] {
    // A user takes a moment before each answer.
    poll(nullptr, 0, 200);
    asked.push_back(Now());
  });
  EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_LT(asked[1] - asked[0], 1);
  EXPECT_GE(Now() - asked[1], 1);
}

// A client that lets the conversation fail late must not see how long the decision takes.
TEST(RefusalDelay, CountsTheDelayFromTheFailureOfTheConversation) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.login.Set("refusal_delay", "\"1s\"");
  Install(sandbox, attempt);
  PamSession session(sandbox, attempt.service, attempt.user);
  session.Prepare({std::string(1023, 'x'), Answer::Failure()});
  double asked = 0;
  session.OnPrompt([&] {
    poll(nullptr, 0, 200);
    asked = Now();
  });
  EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_GE(Now() - asked, 1);
}

/// Returns the seconds from the first prompt of a conversation that fails after `answers` to the
/// end of the login, which must end with `code`.
double TimeToFail(std::vector<Answer> answers, int code) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.login.Set("refusal_delay", "\"1s\"");
  Install(sandbox, attempt);
  PamSession session(sandbox, attempt.service, attempt.user);
  answers.push_back(Answer::Failure());
  session.Prepare(std::move(answers));
  const double begin = Now();
  EXPECT_EQ(session.Authenticate(), code);
  return Now() - begin;
}

TEST(RefusalDelay, DelaysTheRefusalOfATokenThatIsBrokenOff) {
  EXPECT_GE(TimeToFail({std::string(1023, 'x')}, PAM_AUTH_ERR), 1);
  EXPECT_LT(TimeToFail({}, PAM_CONV_ERR), 1);
}

/// Returns the seconds that a serial program needs to refuse five forged tokens. The configuration
/// says `in_config`, and behind its issuer `tables`, and the PAM line `options`.
double TimeOfFiveRefusals(const char* in_config, const char* tables, const char* options) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.login.Set("refusal_delay", in_config);
  attempt.tables = tables;
  attempt.options = options;
  attempt.key = &TestKey::OtherFor(attempt.algorithm);
  Install(sandbox, attempt);
  const double begin = Now();
  for (int i = 0; i < 5; ++i) {
    PamSession session(sandbox, attempt.service, attempt.user);
    session.DoNotWait();
    session.Prepare({attempt.Token()});
    EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  }
  return Now() - begin;
}

TEST(RefusalDelay, ThePamLineCountsBeforeTheConfiguration) {
  EXPECT_LT(TimeOfFiveRefusals("\"30s\"", "", "refusal_delay=0s"), 1);
  EXPECT_GE(TimeOfFiveRefusals("\"0s\"", "", "refusal_delay=1s"), 5);
  constexpr const char* kTable = "[service.sshd]\nrefusal_delay = \"30s\"\n";
  EXPECT_LT(TimeOfFiveRefusals("\"30s\"", kTable, "refusal_delay=0s"), 1);
}

TEST(RefusalDelay, TheTableOfTheServiceCountsBeforeThatOfAllLogins) {
  constexpr const char* kTables =
      "[service.sshd]\nrefusal_delay = \"0s\"\n[service.sudo]\nrefusal_delay = \"30s\"\n";
  EXPECT_LT(TimeOfFiveRefusals("\"30s\"", kTables, ""), 1);
}

}  // namespace
}  // namespace pamjwt::test
