#include "jwtctl/doctor/session_rules.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/jwtctl/doctor/host_fixture.h"
#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

/// A finding about sessions that do not end with their tokens, and its twin, in which all is well.
struct SessionCase {
  const char* name;
  std::string above;    ///< the auth line of sshd
  std::string session;  ///< its session lines
  const char* finding;  ///< how its line begins
  const char* part;
  std::string good_above;  ///< with which all is well
  std::string good_session;
};

const std::string kOurs = "session optional pam_jwt.so\n";
const std::string kSystemd = "@include common-session\n";
const std::string kUserEnv = "session required pam_env.so envfile=/etc/x user_readenv=1\n";
const std::string kAuthUserEnv = "auth required pam_env.so user_readenv=1\n";

const SessionCase kCases[] = {
    {"NoLine", "", kSystemd, "warning  session.line_missing  /etc/pam.d/sshd: ",
     "  Fix: `jwtctl enable sshd` again, or put this line above common-session:2: session optional "
     "pam_jwt.so",
     "", kOurs + kSystemd},
    {"LineBelow", "", kSystemd + kOurs, "warning  session.line_late  /etc/pam.d/sshd: ",
     "(sshd:4) stands below pam_systemd.so (common-session:2)", "", kOurs + kSystemd},
    {"NoSystemd", "", kOurs, "warning  session.no_systemd  /etc/pam.d/: ", "libpam-systemd", "",
     kOurs + kSystemd},
    {"UserEnvironmentInFrontOfSystemd", "", kOurs + kUserEnv + kSystemd,
     "warning  session.user_environment  /etc/pam.d/sshd: pam_env.so (sshd:4) ",
     "in front of pam_systemd.so", "", kOurs + kSystemd + kUserEnv},
    {"UserEnvironmentInFrontOfTheLine", "", kUserEnv + kOurs + kSystemd,
     "warning  session.user_environment  /etc/pam.d/sshd: pam_env.so (sshd:3) ",
     "~/.pam_environment", "",
     "session required pam_env.so envfile=/etc/x user_readenv=0\n" + kOurs + kSystemd},
    {"UserEnvironmentInFrontOfTheAuthLine", kAuthUserEnv, kOurs + kSystemd,
     "warning  session.user_environment  /etc/pam.d/sshd: pam_env.so (sshd:1) ",
     "in front of pam_jwt.so", "auth required pam_env.so\n", kOurs + kSystemd},
};

class SessionRulesTest : public HostFixture, public testing::WithParamInterface<SessionCase> {
 protected:
  SessionRulesTest() {
    tree_.Write("etc/pam.d/common-session",
                "session required pam_unix.so\nsession optional pam_systemd.so\n");
    Configure("[session]\nend_with_token = true\n");
  }
  void WriteSshd(const std::string& above, const std::string& session) const {
    tree_.Write("etc/pam.d/sshd", above + kAuth + kAccount + session + kBelow);
  }
};

TEST_P(SessionRulesTest, FindsWhatLetsASessionOutliveItsToken) {
  WriteSshd(GetParam().above, GetParam().session);
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(Says(std::string("\n") + GetParam().finding)) << out_.str();
  EXPECT_TRUE(Says(GetParam().part)) << out_.str();
  WriteSshd(GetParam().good_above, GetParam().good_session);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_P(SessionRulesTest, FindsNothingWhereSessionsDoNotEndWithTokens) {
  WriteSshd(GetParam().above, GetParam().session);
  Configure("[session]\nexport = { SSO_SUBJECT = \"sub\" }\n");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

INSTANTIATE_TEST_SUITE_P(Sessions, SessionRulesTest, testing::ValuesIn(kCases), test::kCaseName);

// Without --or-password, enable would take the passwords away.
TEST_F(SessionRulesTest, TheFixKeepsThePasswordsOfAStack) {
  tree_.Write("etc/pam.d/sshd", std::string(kOrPassword) + kAccount + kSystemd + kBelow);
  tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf",
              "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication yes\n");
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(Says("  Fix: `jwtctl enable --or-password sshd` again, or put this line above "))
      << out_.str();
}

TEST_F(SessionRulesTest, ServicesThatDoNotAskForTokensAreNotJudged) {
  WriteSshd("", kOurs + kSystemd);
  tree_.Write("etc/pam.d/login", kBelow + kUserEnv + kSystemd);
  tree_.Write("etc/pam.d/sudo", std::string(kAuth) + kAccount + kBelow);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(SessionRulesTest, AServiceThatAsksNobodyIsNotJudged) {
  WriteSshd("", kOurs + kSystemd);
  tree_.Write("etc/pam.d/other", std::string(kAuth) + kAccount + kBelow);
  const std::string user = std::string(kAccount) + "@include common-account\n" + kSystemd;
  tree_.Write("usr/lib/pam.d/systemd-user", user);
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.Write("usr/lib/pam.d/systemd-user", kAuth + user);
  EXPECT_TRUE(Examine() != 0 && Says("session.line_missing  /usr/lib/pam.d/systemd-user"));
}

TEST_F(SessionRulesTest, SessionsByCertificateEndWithTheirTokensToo) {
  const PamServices services = [&] {
    tree_.Write("etc/pam.d/sshd", std::string(kAccount) + kBelow + kSystemd);
    return ReadPamServices(HostTree(tree_.Path()), {});
  }();
  Config config;
  config.session.end_with_token.value = SessionEnd::kToken;
  const auto find = [&](bool takes_certificates) {
    return ShowFindings(JudgeSessions(services, &config, takes_certificates));
  };
  EXPECT_EQ(find(true), "session.line_missing:warning");
  EXPECT_EQ(find(false), "session.no_systemd:warning");
}

TEST(JudgeSessions, SaysNothingWithoutAConfiguration) {
  EXPECT_TRUE(JudgeSessions({}, nullptr, false).empty());
}

}  // namespace
}  // namespace pamjwt::ctl
