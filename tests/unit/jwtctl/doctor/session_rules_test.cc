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

class SessionRulesBase : public HostFixture {
 protected:
  SessionRulesBase() {
    tree_.Write("etc/pam.d/common-session",
                "session required pam_unix.so\nsession optional pam_systemd.so\n");
    Configure("[session]\nend_with_token = true\n");
  }
  void WriteSshd(const std::string& above, const std::string& session) const {
    tree_.Write("etc/pam.d/sshd", above + kAuth + kAccount + session + kBelow);
  }
};

class SessionRulesTest : public SessionRulesBase,
                         public testing::WithParamInterface<SessionCase> {};

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

// A user_readenv=1 may stand in a stack whose auth rules do not name pam_jwt.
TEST_F(SessionRulesTest, FindsAUserEnvironmentInFrontOfSessionsByCertificate) {
  tree_.Write("etc/pam.d/sshd", kAuthUserEnv + kAccount + kBelow + kOurs + kSystemd);
  const PamServices services = ReadPamServices(HostTree(tree_.Path()), {});
  Config config;
  config.session.end_with_token.value = SessionEnd::kToken;
  EXPECT_EQ(ShowFindings(JudgeSessions(services, &config, true)),
            "session.user_environment:warning");
}

// ---- Records

struct RecordCase {
  const char* name;
  std::string above;    ///< the auth line of sshd
  std::string session;  ///< its session lines
  const char* finding;  ///< how its line begins; "": there is no finding
  const char* part;
};

const std::string kRefusing = "session required pam_jwt.so\n";
const std::string kLimits = "session required pam_limits.so\n";

const RecordCase kRecordCases[] = {
    {"NoLine", "", kLimits,
     "warning  session.line_missing  /etc/pam.d/sshd: record is on, but there is no session line "
     "of "
     "pam_jwt.so: sessions are not recorded",
     "  Fix: `jwtctl enable sshd` again, or put this line above sshd:3: session required "
     "pam_jwt.so"},
    {"Line", "", kRefusing + kLimits, "", ""},
    {"LineBelowOtherModules", "", kSystemd + kRefusing, "", ""},
    {"LineThatToleratesAMissingModule", "",
     "session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_jwt.so\n" + kLimits,
     "", ""},
    {"LineThatCannotRefuse", "", kOurs + kLimits,
     "warning  session.line_optional  /etc/pam.d/sshd: record is on, but the session line of "
     "pam_jwt.so (sshd:3) cannot refuse a session",
     "  Fix: `jwtctl enable sshd` again, or write it as `session required pam_jwt.so`"},
    {"NoSessions", "", "", "", ""},
    {"UserEnvironmentInFrontOfTheLine", "", kUserEnv + kRefusing,
     "warning  session.user_environment  /etc/pam.d/sshd: pam_env.so (sshd:3) has user_readenv=1 "
     "in "
     "front of pam_jwt.so",
     "users can give a session a false record"},
    {"UserEnvironmentBelowTheLine", "", kRefusing + kUserEnv + kSystemd, "", ""},
    {"UserEnvironmentInFrontOfTheAuthLine", kAuthUserEnv, kRefusing + kLimits,
     "warning  session.user_environment  /etc/pam.d/sshd: pam_env.so (sshd:1) ",
     "users can give a session a false record"},
    {"EnvironmentInFrontOfTheAuthLine", "auth required pam_env.so\n", kRefusing + kLimits, "", ""},
};

class RecordRulesTest : public SessionRulesBase, public testing::WithParamInterface<RecordCase> {};

TEST_P(RecordRulesTest, FindsWhatKeepsSessionsFromTheirRecords) {
  WriteSshd(GetParam().above, GetParam().session);
  Configure("[session]\nrecord = true\n");
  const bool is_well = std::string_view(GetParam().finding).empty();
  EXPECT_EQ(Examine(), is_well ? 0 : 1) << out_.str();
  if (is_well) return;
  EXPECT_TRUE(Says(std::string("\n") + GetParam().finding)) << out_.str();
  EXPECT_TRUE(Says(GetParam().part)) << out_.str();
  Configure("[session]\nrecord = false\n");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

INSTANTIATE_TEST_SUITE_P(Sessions, RecordRulesTest, testing::ValuesIn(kRecordCases),
                         test::kCaseName);

TEST_F(SessionRulesTest, OneMissingLineIsOneFindingForBothOptions) {
  Configure("[session]\nend_with_token = true\nrecord = true\n");
  WriteSshd("", kSystemd);
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(Says("sessions go on after their token has expired, and are not recorded"));
  EXPECT_TRUE(Says("above common-session:2: session required pam_jwt.so")) << out_.str();
  WriteSshd(kAuthUserEnv, kRefusing + kSystemd);
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(
      Says("users can lengthen a session that is to end with its token, and give a session "
           "a false record"))
      << out_.str();
}

// libpam takes the session rules of `other`, and a line alone would replace them.
TEST_F(SessionRulesTest, AStackWithoutSessionRulesNeedsNoLineForRecords) {
  Configure("[session]\nrecord = true\n");
  tree_.Write("etc/pam.d/other", kBelow + kLimits);
  WriteSshd("", "");
  EXPECT_EQ(Examine(), 0) << out_.str();
  WriteSshd("", kLimits);
  EXPECT_EQ(Examine(), 1) << out_.str();
}

TEST(JudgeSessions, SaysNothingWithoutAConfiguration) {
  EXPECT_TRUE(JudgeSessions({}, nullptr, false).empty());
}

}  // namespace
}  // namespace pamjwt::ctl
