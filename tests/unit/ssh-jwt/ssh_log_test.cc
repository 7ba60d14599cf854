#include "ssh-jwt/ssh_log.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

using Kind = LoginEnd::Kind;

LoginEnd EndOf(std::string_view log) {
  LogReader reader;
  reader.Take(log);
  return reader.end();
}

TEST(LogReader, TakesTheMethodsOfADeniedLogin) {
  const LoginEnd end = EndOf("alice@web1: Permission denied (publickey,password).\r\n");
  EXPECT_EQ(end.kind, Kind::kDenied);
  EXPECT_EQ(end.methods, "publickey,password");
}

TEST(LogReader, KnowsAServerThatClosesTheConnection) {
  // OpenSSH 10 prints the first of these lines only with -v.
  EXPECT_EQ(EndOf("kex_exchange_identification: Connection closed by remote host\r\n"
                  "Connection closed by 192.0.2.7 port 22\r\n")
                .kind,
            Kind::kClosed);
  EXPECT_EQ(EndOf("Connection closed by 192.0.2.7 port 22\r\n").kind, Kind::kClosed);
  EXPECT_EQ(EndOf("Connection reset by 2001:db8::7 port 2222\r\n").kind, Kind::kClosed);
  EXPECT_EQ(
      EndOf("banner exchange: Connection to 192.0.2.7 port 22: Connection reset by peer\r\n").kind,
      Kind::kClosed);
}

TEST(LogReader, DoesNotBlameTheServerForWhatAProxyMayHaveDone) {
  EXPECT_EQ(EndOf("kex_exchange_identification: Connection closed by remote host\r\n"
                  "Connection closed by UNKNOWN port 65535\r\n")
                .kind,
            Kind::kClosedByProxy);
  EXPECT_EQ(EndOf("banner exchange: Connection to UNKNOWN port 65535: Broken pipe\r\n").kind,
            Kind::kClosedByProxy);
}

TEST(LogReader, KnowsAServerThatPermitsNoFurtherAttempt) {
  EXPECT_EQ(EndOf("Received disconnect from 192.0.2.7 port 22:2: Too many authentication "
                  "failures\r\nDisconnected from 192.0.2.7 port 22\r\n")
                .kind,
            Kind::kTooMany);
}

TEST(LogReader, LeavesOtherEndsToSsh) {
  for (const char* const line :
       {"ssh: Could not resolve hostname web1: Name or service not known\r\n",
        "ssh: connect to host web1 port 22: Connection refused\r\n",
        "Permission denied, please try again.\r\n", "Host key verification failed.\r\n",
        "scp: /x: Permission denied\r\n", "a@b: Permission denied (publickey). And more\r\n",
        "a@b: Permission denied ().\r\n", "Connection closed by remote host\r\n",
        "Connection to web1 closed by remote host.\r\n", "Connection to web1 closed.\r\n",
        "Connection timed out during banner exchange\r\n",
        "Connection to 192.0.2.7 port 22 timed out\r\n",
        "banner exchange: Connection to 192.0.2.7 port 22: invalid format\r\n",
        "Received disconnect from 192.0.2.7 port 22:11: Bye\r\n",
        "Too many authentication failures\r\n", ""}) {
    EXPECT_EQ(EndOf(line).kind, Kind::kOther) << line;
  }
}

TEST(LogReader, PutsALineTogether) {
  LogReader reader;
  reader.Take("warning\r\nalice@web1: Permission den");
  EXPECT_EQ(reader.end().kind, Kind::kOther);
  reader.Take("ied (publickey).\r\n");
  EXPECT_EQ(reader.end().methods, "publickey");
}

TEST(LogReader, KeepsNoMoreOfALineThanItNeeds) {
  LogReader reader;
  reader.Take(std::string(1'000'000, 'x') + ": Permission denied (publickey).\n");
  EXPECT_EQ(reader.end().kind, Kind::kOther);
  reader.Take("a@b: Permission denied (publickey).\n");
  EXPECT_EQ(reader.end().kind, Kind::kDenied);
}

TEST(SshLog, CopiesToStandardErrorAndGoesWithItsName) {
  const test::TempDir directory;
  const std::string path = (std::filesystem::path(directory.Path()) / "log").string();
  {
    Result<SshLog> opened = SshLog::Open(path);
    ASSERT_TRUE(opened.ok());
    SshLog log = std::move(opened).value();
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode, S_IFIFO | S_IRUSR | S_IWUSR);

    const std::string line = "a@b: Permission denied (publickey).\r\n";
    std::ofstream(path) << line;
    testing::internal::CaptureStderr();
    log.Copy();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), line);
    EXPECT_EQ(log.end().kind, Kind::kDenied);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SshLog, TakesNoFileThatIsThere) {
  const test::TempDir directory;
  const std::string path = (std::filesystem::path(directory.Path()) / "log").string();
  std::ofstream(path) << "text";
  EXPECT_FALSE(SshLog::Open(path).ok());
}

}  // namespace
}  // namespace pamjwt::ssh
