#include "jwtctl/session/recorded_sessions.h"

#include <unistd.h>

#include <optional>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "io/session_files.h"
#include "jwtctl/exit_code.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::TempDir;

class SessionsTest : public testing::Test {
 protected:
  void Record(const std::string& account, const std::string& subject,
              const std::string& user = "") const {
    SessionRecord record;
    record.user = user;
    record.account = account;
    record.service = "sshd";
    record.token.issuer = "https://sso.example";
    record.token.subject = subject;
    record.expires = {1'800'000'300};
    ASSERT_TRUE(test::Accepted(WriteSessionRecord(Sessions(), record)));
  }

  int Run(bool json) {
    out_.str("");
    err_.str("");
    return RunSessions({Sessions(), json, config_}, UnixTime{1'800'000'000}, out_, err_);
  }

  [[nodiscard]] std::string Sessions() const { return directory_.Path("sessions"); }

  void Configure(const std::string& session) {
    config_ = directory_.Write(
        "pam_jwt.toml", session + "[issuer.a]\nurl = \"https://a.example\"\naudiences = [\"x\"]\n");
  }

  TempDir directory_;
  std::optional<std::string> config_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(SessionsTest, SaysThatThereAreNone) {
  EXPECT_EQ(Run(false), kOk);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(), "jwtctl sessions: no recorded session is open\n");
  EXPECT_EQ(Run(true), kOk);
  EXPECT_EQ(out_.str(), "[]\n");
}

TEST_F(SessionsTest, SaysThatSessionsAreNotRecorded) {
  Configure("");
  EXPECT_EQ(Run(false), kOk);
  EXPECT_EQ(err_.str(),
            "jwtctl sessions: sessions are not recorded, and may be open: set record = true in "
            "[session], and run jwtctl enable again\n");
  EXPECT_EQ(Run(true), kOk);
  EXPECT_EQ(out_.str(), "[]\n");
  EXPECT_EQ(err_.str(), "");
  Record("alice", "f3a1");  // when they still were
  EXPECT_EQ(Run(false), kOk);
  EXPECT_NE(out_.str().find("alice"), std::string::npos) << out_.str();
  EXPECT_NE(err_.str().find("sessions are not recorded"), std::string::npos) << err_.str();
}

TEST_F(SessionsTest, SaysNothingMoreWhereTheyAreRecorded) {
  Configure("[session]\nrecord = true\n");
  EXPECT_EQ(Run(false), kOk);
  EXPECT_EQ(err_.str(), "jwtctl sessions: no recorded session is open\n");
  Record("alice", "f3a1");
  EXPECT_EQ(Run(false), kOk);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(SessionsTest, SaysIfTheConfigurationCannotBeRead) {
  Configure("[session]\nrecord = 7\n");
  EXPECT_EQ(Run(false), kOk);
  EXPECT_NE(err_.str().find("whether sessions are recorded is not known: "), std::string::npos)
      << err_.str();
}

TEST_F(SessionsTest, PrintsATable) {
  Record("alice", "f3\n1");
  const std::string pid = std::to_string(getpid());
  EXPECT_EQ(Run(false), kOk);
  EXPECT_EQ(out_.str(), "ACCOUNT  USER   SERVICE  PID" + std::string(pid.size() - 1, ' ') +
                            "ISSUER               SUB        TOKEN EXPIRES\n" +
                            "alice    alice  sshd     " + pid +
                            "  https://sso.example  f3\\u000a1  " +
                            "2027-01-15 08:05:00 UTC (in 5 minutes)\n");
}

// sudo opens the session of root. Denied is the account that the token let in.
TEST_F(SessionsTest, ShowsTheUserOfASessionBesideTheAccount) {
  Record("alice", "f3a1", "root");
  EXPECT_EQ(Run(false), kOk);
  EXPECT_NE(out_.str().find("\nalice    root  sshd "), std::string::npos) << out_.str();
  EXPECT_EQ(Run(true), kOk);
  EXPECT_NE(out_.str().find("\"account\":\"alice\",\"user\":\"root"), std::string::npos)
      << out_.str();
}

TEST_F(SessionsTest, PrintsJson) {
  Record("alice", "f3a1");
  Record("bob", "");
  EXPECT_EQ(Run(true), kOk);
  const Result<Json> list = ParseJsonObject("{\"list\":" + out_.str() + "}");
  ASSERT_TRUE(test::Accepted(list)) << out_.str();
  ASSERT_EQ(list.value().Find("list")->AsArray()->size(), 2U);
  EXPECT_NE(out_.str().find("\"sub\":\"f3a1\""), std::string::npos);
}

TEST_F(SessionsTest, NamesWhatItCannotRead) {
  Record("alice", "f3a1");
  directory_.Write("sessions/1.json", "{");
  EXPECT_EQ(Run(false), kNo);
  EXPECT_NE(out_.str().find("alice"), std::string::npos);
  EXPECT_NE(err_.str().find("1.json: not the record of a session"), std::string::npos);
  directory_.SetMode("sessions", 0777);
  EXPECT_EQ(Run(false), kNo);
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace pamjwt::ctl
