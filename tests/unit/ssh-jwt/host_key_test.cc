#include "ssh-jwt/host_key.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

void ExpectRefused(const HostKeyOptions& options, const std::string& words) {
  const Status got = CheckHostKeyOptions(options, "web1");
  ASSERT_FALSE(got.ok()) << words;
  EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
  EXPECT_EQ(got.error().detail.find("the key of web1 is not checked: "), 0U);
  EXPECT_NE(got.error().detail.find(words), std::string::npos) << got.error().detail;
}

TEST(CheckHostKeyOptions, NeedsStrictHostKeyChecking) {
  for (const char* const strict : {"true", "yes", "ask"}) {
    EXPECT_TRUE(CheckHostKeyOptions({.strict = strict, .known_hosts = "/dev/null"}, "web1").ok())
        << strict;
  }
  for (const char* const strict : {"false", "no", "off", "", "ASK", "maybe"}) {
    ExpectRefused({.strict = strict, .known_hosts = "none"}, "StrictHostKeyChecking is off");
  }
}

TEST(CheckHostKeyOptions, RefusesIfLoopbackAddressesNeedNoKey) {
  EXPECT_TRUE(CheckHostKeyOptions({.strict = "true", .trusts_loopback = false}, "web1").ok());
  ExpectRefused({.strict = "true", .trusts_loopback = true}, "NoHostAuthenticationForLocalhost");
}

TEST(CheckHostKeyOptions, RefusesIfKerberosTakesThePlaceOfTheKey) {
  EXPECT_TRUE(CheckHostKeyOptions({.strict = "true", .by_kerberos = false}, "web1").ok());
  ExpectRefused({.strict = "true", .by_kerberos = true}, "GSSAPIKeyExchange");
}

/// A directory for files of keys.
class KnownHostsTest : public testing::Test {
 protected:
  void SetUp() override { std::ofstream(directory_ / "known") << ""; }

  static HostKeyOptions With(const std::string& known_hosts) {
    return {.strict = "accept-new", .known_hosts = known_hosts};
  }
  [[nodiscard]] std::string Path(const char* name) const { return (directory_ / name).string(); }

  const test::TempDir temporary_;
  const std::filesystem::path directory_ = temporary_.Path();
};

TEST_F(KnownHostsTest, AcceptNewIsEnoughIfTheFirstFileKeepsKeys) {
  std::filesystem::create_symlink("known", directory_ / "link");
  EXPECT_TRUE(CheckHostKeyOptions(With(Path("known")), "web1").ok());
  EXPECT_TRUE(CheckHostKeyOptions(With(Path("known") + " /dev/null"), "web1").ok());
  EXPECT_TRUE(CheckHostKeyOptions(With(Path("link")), "web1").ok());
}

TEST_F(KnownHostsTest, AcceptNewIsEnoughWithoutFilesAsSshThenTakesNoNewKey) {
  EXPECT_TRUE(CheckHostKeyOptions(With("none"), "web1").ok());
}

TEST_F(KnownHostsTest, AcceptNewIsNotEnoughIfTheFirstFileKeepsNoKeys) {
  std::filesystem::create_symlink("/dev/null", directory_ / "null");
  for (const std::string& file : {std::string("/dev/null"), Path("null"), Path("missing"),
                                  directory_.string(), std::string()}) {
    ExpectRefused(With(file), "UserKnownHostsFile " + file + " keeps no key");
  }
  ExpectRefused(With("/dev/null " + Path("known")), "UserKnownHostsFile /dev/null keeps no key");
}

TEST_F(KnownHostsTest, LooksAtTheFilesUnderEachNameThatTheyMayHave) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const std::filesystem::path drop = directory_ / "drop";
  std::filesystem::create_directories(drop);
  ASSERT_EQ(chmod(drop.c_str(), 01777), 0);
  std::ofstream(drop / "with two blanks") << "";
  // A link of the user leads to a link in `drop`, and that one to a file of the user.
  std::filesystem::create_symlink("known", directory_ / "last");
  std::filesystem::create_symlink("../last", drop / "middle");
  std::filesystem::create_symlink("drop/middle", directory_ / "first");
  const std::string blanks = (drop / "with two blanks").string();
  const std::vector<std::string> names = {blanks, Path("known") + " " + blanks + " /dev/null",
                                          Path("first")};
  for (const std::string& name : names) {
    EXPECT_TRUE(CheckHostKeyOptions({.strict = "true", .known_hosts = name}, "web1").ok()) << name;
  }
  for (const char* const file : {"with two blanks", "middle"}) {
    ASSERT_EQ(lchown((drop / file).c_str(), 12345, 12345), 0);
  }
  for (const std::string& name : names) {
    ExpectRefused({.strict = "true", .known_hosts = name}, "belongs to another user");
    ExpectRefused({.strict = "true", .known_hosts = "none", .global_known_hosts = name},
                  "GlobalKnownHostsFile ");
  }
}

TEST_F(KnownHostsTest, KnowsNoKeyFromAFileThatAnotherUserMayHavePutThere) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  constexpr uid_t kMallory = 12345;
  const std::filesystem::path drop = directory_ / "drop";
  const std::filesystem::path nested = drop / "nested";
  std::filesystem::create_directories(nested);
  for (const std::filesystem::path& file : {drop / "file", nested / "file"}) {
    std::ofstream(file) << "";
  }
  std::filesystem::create_symlink(drop / "file", directory_ / "link");
  std::filesystem::create_symlink(directory_ / "known", drop / "link");
  const auto expect_foreign = [this](const std::filesystem::path& file, const char* strict) {
    ExpectRefused({.strict = strict, .known_hosts = Path("known") + " " + file.string()},
                  file.string() + " lies where everybody may put files");
  };
  const auto expect_own = [this](const std::filesystem::path& file) {
    EXPECT_TRUE(CheckHostKeyOptions(With(Path("known") + " " + file.string()), "web1").ok())
        << file;
  };

  const std::vector<std::filesystem::path> files = {drop / "file", nested / "file", drop / "link",
                                                    directory_ / "link"};
  ASSERT_EQ(chmod(drop.c_str(), 01777), 0);
  for (const std::filesystem::path& file : files) expect_own(file);
  for (const std::filesystem::path& foreign : {drop / "file", nested, drop / "link"}) {
    ASSERT_EQ(lchown(foreign.c_str(), kMallory, kMallory), 0);
  }
  for (const std::filesystem::path& file : files) {
    for (const char* const strict : {"true", "ask", "accept-new"}) expect_foreign(file, strict);
  }
  // Where only its owner puts things, a file may be another user's: a team's, for example.
  ASSERT_EQ(chmod(drop.c_str(), 0755), 0);
  for (const std::filesystem::path& file : files) expect_own(file);
}

}  // namespace
}  // namespace pamjwt::ssh
