#include "ssh-jwt/host_key.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

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

TEST(CheckHostKeyOptions, RefusesWhereLoopbackAddressesNeedNoKey) {
  EXPECT_TRUE(CheckHostKeyOptions({.strict = "true", .trusts_loopback = false}, "web1").ok());
  ExpectRefused({.strict = "true", .trusts_loopback = true}, "NoHostAuthenticationForLocalhost");
}

TEST(CheckHostKeyOptions, RefusesWhereKerberosStandsForTheKey) {
  EXPECT_TRUE(CheckHostKeyOptions({.strict = "true", .by_kerberos = false}, "web1").ok());
  ExpectRefused({.strict = "true", .by_kerberos = true}, "GSSAPIKeyExchange");
}

/// accept-new, with a directory for the files of keys.
class AcceptNewTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "host_key_test.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
    std::ofstream(directory_ / "known") << "";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] HostKeyOptions With(const std::string& known_hosts) const {
    return {.strict = "accept-new", .known_hosts = known_hosts};
  }
  [[nodiscard]] std::string Path(const char* name) const { return (directory_ / name).string(); }

  std::filesystem::path directory_;
};

TEST_F(AcceptNewTest, WillDoWhereTheFirstFileKeepsKeys) {
  std::filesystem::create_symlink("known", directory_ / "link");
  EXPECT_TRUE(CheckHostKeyOptions(With(Path("known")), "web1").ok());
  EXPECT_TRUE(CheckHostKeyOptions(With(Path("known") + " /dev/null"), "web1").ok());
  EXPECT_TRUE(CheckHostKeyOptions(With(Path("link")), "web1").ok());
}

TEST_F(AcceptNewTest, WillDoWithoutFilesSinceSshThenTakesNoNewKey) {
  EXPECT_TRUE(CheckHostKeyOptions(With("none"), "web1").ok());
}

TEST_F(AcceptNewTest, IsNoCheckWhereTheFirstFileKeepsNone) {
  std::filesystem::create_symlink("/dev/null", directory_ / "null");
  for (const std::string& file : {std::string("/dev/null"), Path("null"), Path("missing"),
                                  directory_.string(), std::string()}) {
    ExpectRefused(With(file), "UserKnownHostsFile " + file + " keeps no key");
  }
  ExpectRefused(With("/dev/null " + Path("known")), "UserKnownHostsFile /dev/null keeps no key");
}

}  // namespace
}  // namespace pamjwt::ssh
