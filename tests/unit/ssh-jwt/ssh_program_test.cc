#include "ssh-jwt/ssh_program.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

TEST(ParseSshConfig, TakesUserAndHostAsSshShowsThem) {
  const auto config = ParseSshConfig("host x\nuser alice\nhostname web1.example.com\nport 22\n");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(NameOf(config->target), "alice@web1.example.com");
}

TEST(ParseSshConfig, PrefersTheAliasOfTheHostKey) {
  const auto config = ParseSshConfig("user alice\nhostname 192.0.2.7\nhostkeyalias web1\n");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->target.host, "web1");
}

TEST(ParseSshConfig, KeepsBlanksOfAName) {
  const auto config = ParseSshConfig("user a b\nhostname web1\n");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->target.user, "a b");
}

HostKeyOptions HostKeyOptionsOf(const std::string& lines) {
  return ParseSshConfig("user alice\nhostname web1\n" + lines)->host_key;
}

TEST(ParseSshConfig, TakesHowTheHostKeyIsChecked) {
  const HostKeyOptions got = HostKeyOptionsOf(
      "stricthostkeychecking accept-new\nuserknownhostsfile /home/alice/.ssh/known_hosts /k\n");
  EXPECT_EQ(got.strict, "accept-new");
  EXPECT_EQ(got.known_hosts, "/home/alice/.ssh/known_hosts /k");
  EXPECT_FALSE(got.trusts_loopback);
  EXPECT_FALSE(got.by_kerberos);
}

TEST(ParseSshConfig, KnowsWhetherALoopbackAddressNeedsNoKey) {
  const std::string option = "nohostauthenticationforlocalhost ";
  EXPECT_TRUE(HostKeyOptionsOf(option + "yes\n").trusts_loopback);
  EXPECT_TRUE(HostKeyOptionsOf(option + "true\n").trusts_loopback);
  EXPECT_FALSE(HostKeyOptionsOf(option + "no\n").trusts_loopback);
  EXPECT_FALSE(HostKeyOptionsOf(option + "yes\nhostkeyalias web1\n").trusts_loopback);
}

TEST(ParseSshConfig, KnowsWhetherKerberosTakesThePlaceOfTheKey) {
  EXPECT_TRUE(HostKeyOptionsOf("gssapikeyexchange yes\n").by_kerberos);
  EXPECT_FALSE(HostKeyOptionsOf("gssapikeyexchange no\n").by_kerberos);
}

TEST(ParseSshConfig, TakesTheWaysThatNeedNoToken) {
  const OtherWays got =
      ParseSshConfig(
          "user alice\nhostname web1\npreferredauthentications a,b\n"
          "controlpath /c\nidentityfile ~/.ssh/a\n"
          "identityfile /b\nidentityagent none\nidentitiesonly yes\n"
          "pubkeyauthentication true\nhostbasedauthentication yes\npkcs11provider /p\n")
          ->other_ways;
  EXPECT_EQ(got.preferred_methods, "a,b");
  EXPECT_EQ(got.control_path, "/c");
  EXPECT_EQ(got.identity_files, (std::vector<std::string>{"~/.ssh/a", "/b"}));
  EXPECT_EQ(got.identity_agent, "none");
  EXPECT_TRUE(got.only_identity_files && got.by_key && got.by_host && got.by_token_of_hardware);
  const OtherWays no =
      ParseSshConfig("user alice\nhostname web1\npubkeyauthentication false\n")->other_ways;
  EXPECT_FALSE(no.by_key || no.by_host || no.by_token_of_hardware || no.only_identity_files);
}

TEST(ParseSshConfig, RefusesTextThatIsNotAConfiguration) {
  for (const char* const text : {"", "\n\n", "diffie-hellman-group1-sha1\n", "user alice\n"}) {
    EXPECT_FALSE(ParseSshConfig(text).has_value()) << text;
  }
}

TEST(ParseSshConfig, RefusesAnOptionThatIsThereTwice) {
  const std::string whole =
      "user alice\nhostname evil.example\nstricthostkeychecking false\n"
      "nohostauthenticationforlocalhost yes\ngssapikeyexchange yes\nuserknownhostsfile none\n"
      "identityfile a\nidentityfile b\n";
  EXPECT_TRUE(ParseSshConfig(whole).has_value());
  // As a user named "alice\nhostname web1" has it: in front of the lines that are meant.
  for (const char* const line :
       {"user bob", "hostname web1", "stricthostkeychecking true", "userknownhostsfile /k",
        "nohostauthenticationforlocalhost no", "gssapikeyexchange no"}) {
    EXPECT_FALSE(ParseSshConfig(line + ("\n" + whole)).has_value()) << line;
  }
}

struct VersionCase {
  const char* name;
  const char* text;
  bool fits;
};

constexpr VersionCase kVersions[] = {
    {"First", "OpenSSH_8.5p1, OpenSSL 1.1.1k\n", true},
    {"JustBelow", "OpenSSH_8.4p1 Debian-5, OpenSSL 1.1.1n\n", false},
    {"Debian", "OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.22\n", true},
    {"TwoDigits", "OpenSSH_10.0p2, OpenSSL 3.5\n", true},
    {"OldWithLargeMinor", "OpenSSH_7.9p1\n", false},
    {"Windows", "OpenSSH_for_Windows_8.6p1, LibreSSL 3.4.3\n", true},
    {"OldWindows", "OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2\n", false},
    {"OtherProgram", "Dropbear v2022.83\n", false},
    {"NoNumber", "OpenSSH_x\n", false},
    {"NoMinor", "OpenSSH_9\n", false},
    {"Nothing", "", false},
};

class CheckSshVersionTest : public testing::TestWithParam<VersionCase> {};

TEST_P(CheckSshVersionTest, WantsOpenSsh85OrLater) {
  const Status got = CheckSshVersion(GetParam().text);
  ASSERT_EQ(got.ok(), GetParam().fits);
  if (!got.ok()) {
    EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
    EXPECT_NE(got.error().detail.find("8.5"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, CheckSshVersionTest, testing::ValuesIn(kVersions),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(WithOurOptions, PutsThemInFrontSinceSshTakesTheFirst) {
  const std::vector<std::string> all = WithOurOptions({"-oBatchMode=yes", "web1"});
  ASSERT_GT(all.size(), 2U);
  EXPECT_EQ(all.back(), "web1");
  EXPECT_EQ(all[all.size() - 2], "-oBatchMode=yes");
  EXPECT_NE(std::find(all.begin(), all.end() - 2, "-oBatchMode=no"), all.end() - 2);
}

TEST(WithOurOptions, LeavesTheOrderOfTheMethodsToTheUser) {
  for (const std::string& argument : WithOurOptions({"web1"})) {
    EXPECT_EQ(argument.find("PreferredAuthentications"), std::string::npos);
  }
}

class FindSshTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = getenv("PATH");
    setenv("PATH", ((directory_ / "a").string() + ":" + (directory_ / "b").string()).c_str(), 1);
    std::filesystem::create_directory(directory_ / "a");
    std::filesystem::create_directory(directory_ / "b");
  }
  void TearDown() override { setenv("PATH", before_.c_str(), 1); }
  void MakeProgram(const char* subdirectory, mode_t mode = 0755) {
    const std::filesystem::path path = directory_ / subdirectory / "ssh";
    std::ofstream(path) << "#!/bin/sh\n";
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
  }

  const test::TempDir temporary_;
  const std::filesystem::path directory_ = temporary_.Path();
  std::string before_;
};

TEST_F(FindSshTest, TakesTheFirstInThePath) {
  MakeProgram("a");
  MakeProgram("b");
  EXPECT_EQ(FindSsh().value(), directory_ / "a" / "ssh");
}

TEST_F(FindSshTest, PassesOverWhatCannotBeRun) {
  MakeProgram("a", 0644);
  MakeProgram("b");
  EXPECT_EQ(FindSsh().value(), directory_ / "b" / "ssh");
}

TEST_F(FindSshTest, PassesOverItselfUnderThatName) {
  std::filesystem::create_symlink("/proc/self/exe", directory_ / "a" / "ssh");
  MakeProgram("b");
  EXPECT_EQ(FindSsh().value(), directory_ / "b" / "ssh");
}

TEST(AskRunningSsh, RefusesAProgramThatIsNotSsh) {
  const Result<SshConfig> got = AskRunningSsh(getpid());
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
  EXPECT_NE(got.error().detail.find("unit_tests, not ssh"), std::string::npos)
      << got.error().detail;
}

TEST(AskRunningSsh, RefusesAProcessThatIsGone) {
  const Result<SshConfig> got = AskRunningSsh(0);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
}

/// A program that prints a configuration for `web1` if it can open its standard input by name.
TEST_F(FindSshTest, AsksWithoutAStandardInputThatCouldBeAConfiguration) {
  MakeProgram("a");
  const std::string ssh = (directory_ / "a" / "ssh").string();
  std::ofstream(ssh) << "#!/bin/sh\necho user alice\necho hostname web1\n";
  EXPECT_TRUE(AskSshConfig(ssh, {}).has_value());
  std::ofstream(ssh, std::ios::app) << ": </dev/stdin\n";
  EXPECT_FALSE(AskSshConfig(ssh, {}).has_value());
}

TEST_F(FindSshTest, SaysThatThePathHasNoSsh) {
  const Result<std::string> got = FindSsh();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
}

}  // namespace
}  // namespace pamjwt::ssh
