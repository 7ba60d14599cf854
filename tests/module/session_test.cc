// What a login leaves for its session: exported claims, and the session's end for pam_systemd.
#include <syslog.h>
#include <time.h>

#include <regex>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "module/log_capture.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

constexpr const char* kEnd = "PAM_JWT_END";
constexpr const char* kSubject = "SSO_SUBJECT";
using Text = std::optional<std::string>;

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    attempt_.session.Set("export", R"({ SSO_SUBJECT = "sub", JWT_LEVEL = "level" })");
    attempt_.session.Set("end_with_token", "true");
    attempt_.SetDate("exp", 300);
    Install(sandbox_, attempt_);
  }

  /// Installs the attempt with a probe in the place of pam_systemd.
  void Install(const Sandbox& sandbox, const LoginAttempt& attempt) {
    test::Install(sandbox, attempt);
    sandbox.WriteStack(
        "sshd", JwtLine("auth", "required", "config=" + sandbox.Path("pam_jwt.toml") + " debug") +
                    JwtLine("session", "required") + ProbeLine("session", "optional", "runtime"));
    ClearLog();
  }

  /// Checks that pam_systemd would read `seconds`, or a little less because time passes.
  static testing::AssertionResult IsLimited(const PamSession& session, long seconds) {
    constexpr long kSlow = 60;
    const Text text = session.Variable("RUNTIME");
    if (!text.has_value()) return testing::AssertionFailure() << "no limit";
    const long limit = std::stol(*text);
    const bool fits = limit <= seconds && limit > seconds - kSlow;
    return (fits ? testing::AssertionSuccess() : testing::AssertionFailure()) << *text;
  }

  static std::string FromNow(long seconds) { return std::to_string(time(nullptr) + seconds); }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_F(SessionTest, TheSessionHasTheClaimsAndTheEndAfterSuccess) {
  attempt_.claims.Set("level", "7");
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable(kSubject), OwnAccount());
  EXPECT_EQ(session.Variable("JWT_LEVEL"), "7");
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_TRUE(IsLimited(session, 300));
  EXPECT_EQ(session.Variable(kEnd), std::nullopt);
  EXPECT_EQ(session.Variable(kSubject), OwnAccount());
}

TEST_F(SessionTest, TellsTheUserWhenTheSessionEnds) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_TRUE(session.Told().empty());
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  ASSERT_EQ(session.Told().size(), 1U);
  EXPECT_EQ(session.messages().back().style, PAM_TEXT_INFO);
  EXPECT_TRUE(
      std::regex_match(session.Told().front(),
                       std::regex("Your session ends with your token (on \\d{4}-\\d\\d-\\d\\d )?at "
                                  "\\d\\d:\\d\\d [A-Z0-9+-]+\\.")))
      << session.Told().front();
}

TEST_F(SessionTest, DoesNotTellTheEndIfPamIsSilentOrThereIsNoEnd) {
  PamSession silent(sandbox_, "sshd", OwnAccount());
  silent.Prepare({attempt_.Token()});
  ASSERT_EQ(silent.Authenticate(), PAM_SUCCESS);
  ASSERT_EQ(silent.OpenSession(PAM_SILENT), PAM_SUCCESS);
  EXPECT_TRUE(silent.Told().empty());
  EXPECT_TRUE(IsLimited(silent, 300));

  PamSession past(sandbox_, "sshd", OwnAccount());
  past.SetVariable(kEnd, FromNow(-100));
  EXPECT_EQ(past.OpenSession(), PAM_SESSION_ERR);
  EXPECT_TRUE(past.Told().empty());

  PamSession other(sandbox_, "sshd", OwnAccount());
  EXPECT_EQ(other.OpenSession(), PAM_SUCCESS);
  EXPECT_TRUE(other.Told().empty());
}

TEST_F(SessionTest, TheSessionHasNothingOfARefusal) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({WithFlippedBit(attempt_.Token())});
  ASSERT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_EQ(session.Variable(kSubject), std::nullopt);
  EXPECT_EQ(session.Variable(kEnd), std::nullopt);
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("RUNTIME"), std::nullopt);
}

TEST_F(SessionTest, TheSessionHasNothingOfATokenForAnotherAccount) {
  attempt_.claims.Set("sub", "\"somebody-else\"");
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_EQ(session.Variable(kSubject), std::nullopt);
  EXPECT_EQ(session.Variable(kEnd), std::nullopt);
}

TEST_F(SessionTest, TheSessionHasNothingOfASuccessBeforeALaterFailure) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token(), "correct horse"});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  ASSERT_EQ(session.SetCredentials(), PAM_SUCCESS);
  ASSERT_EQ(session.Authenticate(), PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(session.Variable(kSubject), std::nullopt);
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("RUNTIME"), std::nullopt);
}

TEST_F(SessionTest, TheSessionHasNoClaimThatTheLastTokenDoesNotHave) {
  LoginAttempt with_level = attempt_;
  with_level.claims.Set("level", "\"gold\"");
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({with_level.Token(), attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("JWT_LEVEL"), "gold");
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("JWT_LEVEL"), std::nullopt);
}

TEST_F(SessionTest, TheSessionHasNoVariableOfAnotherModuleInPlaceOfAClaim) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  session.SetVariable("JWT_LEVEL", "gold");
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("JWT_LEVEL"), std::nullopt);
}

TEST_F(SessionTest, LogsForDebugWhatIsLeftOutAndNotItsValue) {
  attempt_.claims.Set("level", "[\"secret-level\"]");
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  int found = 0;
  for (const LogLine& line : Log()) {
    EXPECT_EQ(line.text.find("secret-level"), std::string::npos) << line.text;
    if (line.text.find("JWT_LEVEL is not exported: the claim is not a string") ==
        std::string::npos) {
      continue;
    }
    EXPECT_EQ(line.priority & LOG_PRIMASK, LOG_DEBUG);
    ++found;
  }
  EXPECT_EQ(found, 1);
}

TEST_F(SessionTest, TheSessionHasNoEndUnlessItIsAskedFor) {
  attempt_.session.Remove("end_with_token");
  Install(sandbox_, attempt_);
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable(kEnd), std::nullopt);
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("RUNTIME"), std::nullopt);
}

/// Uses a second handle with the variables of the first, as sshd does after keyboard-interactive.
TEST_F(SessionTest, TheSessionEndsWhereOnlyTheEnvironmentCameOver) {
  PamSession child(sandbox_, "sshd", OwnAccount());
  child.Prepare({attempt_.Token()});
  ASSERT_EQ(child.Authenticate(), PAM_SUCCESS);
  const Text end = child.Variable(kEnd);
  ASSERT_TRUE(end.has_value());

  sandbox_.Remove("pam_jwt.toml");  // the session phase needs no configuration
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.SetVariable(kEnd, *end);
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_TRUE(IsLimited(session, 300));
  EXPECT_EQ(session.Variable(kEnd), std::nullopt);
}

TEST_F(SessionTest, TakesTheEndAwayWhenCredentialsAreSet) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.SetVariable(kEnd, FromNow(100));
  EXPECT_EQ(session.SetCredentials(), PAM_PERM_DENIED);  // libpam's code if all modules ignore
  EXPECT_EQ(session.Variable(kEnd), std::nullopt);
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_TRUE(IsLimited(session, 100));
}

TEST_F(SessionTest, AForgedEndCanShortenTheSessionButNotLengthenIt) {
  for (const auto& [forged, seconds] : {std::pair(2000L, 1000L), std::pair(500L, 500L)}) {
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.SetVariable(kEnd, FromNow(1000));
    (void)session.SetCredentials();
    session.SetVariable(kEnd, FromNow(forged));
    ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
    EXPECT_TRUE(IsLimited(session, seconds));
  }
}

TEST_F(SessionTest, TheSessionEndsAtOnceIfItsEndIsPast) {
  for (const long from_now : {-100L, 0L}) {
    ClearLog();
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.SetVariable(kEnd, FromNow(from_now));
    EXPECT_EQ(session.OpenSession(), PAM_SESSION_ERR);
    EXPECT_EQ(session.Variable("RUNTIME"), "1");
    EXPECT_EQ(session.Variable(kEnd), std::nullopt);
    ASSERT_EQ(Log().size(), 1U);
    EXPECT_EQ(Log()[0].text.find("pam_jwt(sshd:session): refused user=" + OwnAccount() +
                                 " reason=token.expired"),
              0U)
        << Log()[0].text;
  }
}

TEST_F(SessionTest, TheSessionEndsAtOnceIfItsEndIsForged) {
  for (const std::string& forged :
       {std::string(), std::string("never"), std::string("-1"), "+" + FromNow(100),
        FromNow(100) + "h", " " + FromNow(100), std::string("infinity"),
        std::string("253402300800"), std::string("18446744073709551616"),
        std::string("18446744073709551616") + FromNow(100), std::string(100'000, '9')}) {
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.SetVariable(kEnd, forged);
    EXPECT_EQ(session.OpenSession(), PAM_SESSION_ERR) << forged.substr(0, 40);
    EXPECT_EQ(session.Variable("RUNTIME"), "1") << forged.substr(0, 40);
    EXPECT_EQ(session.Variable(kEnd), std::nullopt) << forged.substr(0, 40);
  }
}

TEST_F(SessionTest, TheEndMayLieInTheYear9999) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.SetVariable(kEnd, "253402300799");
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_TRUE(IsLimited(session, 253402300799 - time(nullptr)));
}

TEST_F(SessionTest, TheSessionOfAnotherLoginHasNoEnd) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable("RUNTIME"), std::nullopt);
  EXPECT_TRUE(Log().empty());
}

}  // namespace
}  // namespace pamjwt::test
