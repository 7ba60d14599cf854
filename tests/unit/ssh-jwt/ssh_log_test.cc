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
  EXPECT_FALSE(OffersKeyboardInteractive(end));
}

TEST(LogReader, KnowsKeyboardInteractiveByItsWholeName) {
  EXPECT_TRUE(OffersKeyboardInteractive(
      EndOf("a@b: Permission denied (publickey,password,keyboard-interactive).\n")));
  EXPECT_TRUE(OffersKeyboardInteractive(EndOf("a@b: Permission denied (keyboard-interactive).\n")));
  EXPECT_FALSE(OffersKeyboardInteractive(
      EndOf("a@b: Permission denied (keyboard-interactive-2@example.com).\n")));
}

TEST(LogReader, KnowsAServerThatClosesBeforeTheLogin) {
  for (const char* const why :
       {"Connection closed by remote host", "read: Connection reset by peer"}) {
    EXPECT_EQ(EndOf("kex_exchange_identification: " + std::string(why) + "\r\n").kind,
              Kind::kClosed);
  }
}

TEST(LogReader, LeavesOtherEndsToSsh) {
  for (const char* const line :
       {"ssh: Could not resolve hostname web1: Name or service not known\r\n",
        "ssh: connect to host web1 port 22: Connection refused\r\n",
        "Permission denied, please try again.\r\n", "Host key verification failed.\r\n",
        "scp: /x: Permission denied\r\n", "a@b: Permission denied (publickey). And more\r\n",
        "a@b: Permission denied ().\r\n", "Connection closed by remote host\r\n", ""}) {
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
