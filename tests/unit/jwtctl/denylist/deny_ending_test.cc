#include "jwtctl/denylist/deny_ending.h"

#include <unistd.h>

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/exit_code.h"
#include "support/forked.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::Forked;
using test::TempDir;

constexpr const char* kIssuer = R"(
[issuer.staff]
url = "https://sso.example"
audiences = ["ssh://host"]
jwks_file = "/etc/pam_jwt/keys/staff.json"
)";

class DenyEndingTest : public testing::Test {
 protected:
  void Record(const ProcessIdentity& process) {
    SessionRecord record;
    record.account = "alice";
    record.service = "sshd";
    record.token.issuer = "https://sso.example";
    record.token.subject = "f3a1";
    record.expires = {1'800'000'300};
    record.process = process;
    directory_.Write("sessions/1.json", FormatSessionRecord(record).value(), 0600);
    directory_.SetMode("sessions", 0700);
  }

  std::string Configure(const std::string& session) {
    return directory_.Write("pam_jwt.toml", "[session]\n" + session + kIssuer, 0600);
  }

  int End(const std::string& subject) {
    return End({Denial::Kind::kSubject, "https://sso.example", subject, std::nullopt, {1}});
  }

  int End(const Denial& denial) {
    EndingOptions options;
    options.sessions = directory_.Path("sessions");
    return EndDenied(denial, options, std::nullopt, out_, err_);
  }

  TempDir directory_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(DenyEndingTest, PrintsEachSessionThatItEnds) {
  const Forked session([](const Forked&) {});
  Record(session.id());
  EXPECT_EQ(End("f3a1"), kOk);
  EXPECT_EQ(out_.str(), "ended: alice, sshd, pid " + std::to_string(session.pid()) + "\n");
  EXPECT_EQ(err_.str(), "");
  EXPECT_TRUE(session.HaveAllEnded());
}

TEST_F(DenyEndingTest, SaysIfNoSessionIsDenied) {
  const Forked session([](const Forked&) {});
  Record(session.id());
  EXPECT_EQ(End("f3a2"), kOk);
  EXPECT_EQ(out_.str(), "");
  // Where the PAM stack has no session line, the person may be logged in all the same.
  EXPECT_EQ(err_.str(),
            "jwtctl deny: no recorded session is denied; jwtctl doctor says whether all are "
            "recorded\n");
  err_.str("");
  EXPECT_EQ(End({Denial::Kind::kAccount, "", "no-such-account", std::nullopt, {1}}), kOk);
  EXPECT_EQ(err_.str(), "jwtctl deny: no open session is denied\n");
  EXPECT_FALSE(session.HaveAllEnded());
}

TEST_F(DenyEndingTest, NamesTheSessionThatItRunsIn) {
  Record(ReadProcessStat(getpid()).value()->id);
  EXPECT_EQ(End("f3a1"), kOk);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(),
            "jwtctl deny: not ended, because this command runs in it: alice, sshd, pid " +
                std::to_string(getpid()) + "; to end it too: --end-own-session\n");
}

TEST_F(DenyEndingTest, FailsIfARecordCannotBeRead) {
  const Forked session([](const Forked&) {});
  Record(session.id());
  directory_.Write("sessions/2.json", "{", 0600);
  EXPECT_EQ(End("f3a1"), kNo);
  EXPECT_TRUE(out_.str().starts_with("ended: alice, ")) << out_.str();
  EXPECT_TRUE(err_.str().starts_with("jwtctl deny: there may be more sessions: ")) << err_.str();
}

TEST_F(DenyEndingTest, FailsIfSessionsAreNotRecorded) {
  const Denial denial{Denial::Kind::kSubject, "https://nobody.example", "f", std::nullopt, {1}};
  EXPECT_EQ(EndDenied(denial, {}, Configure("record = false\n"), out_, err_), kNo);
  EXPECT_TRUE(err_.str().starts_with("jwtctl deny: sessions are not recorded, ")) << err_.str();
  err_.str("");
  EXPECT_EQ(EndDenied(denial, {}, directory_.Path("no.toml"), out_, err_), kNo);
  EXPECT_TRUE(err_.str().starts_with("jwtctl deny: whether sessions are recorded is not known: "))
      << err_.str();
}

TEST_F(DenyEndingTest, TheOptionsEndSessionsWhateverTheConfigurationSays) {
  const std::string config = Configure("");
  EXPECT_TRUE(MustEnd({true, false, {}}, config, true, err_));
  EXPECT_TRUE(MustEnd({false, true, {}}, config, true, err_));
  EXPECT_TRUE(MustEnd({true, false, {}}, config, false, err_));
  EXPECT_FALSE(MustEnd({}, config, true, err_));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(DenyEndingTest, TheConfigurationEndsSessionsThatTheListOfThisHostDenies) {
  const std::string config = Configure("record = true\nend_denied = true\n");
  EXPECT_TRUE(MustEnd({}, config, true, err_));
  EXPECT_FALSE(MustEnd({}, config, false, err_));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(DenyEndingTest, WarnsIfTheConfigurationCannotBeRead) {
  EXPECT_FALSE(MustEnd({}, directory_.Path("no.toml"), true, err_));
  EXPECT_TRUE(err_.str().starts_with(
      "jwtctl deny: warning: whether open sessions must end (end_denied) is not known: "))
      << err_.str();
}

}  // namespace
}  // namespace pamjwt::ctl
