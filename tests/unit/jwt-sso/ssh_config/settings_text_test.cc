#include "jwt-sso/ssh_config/settings_text.h"

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

constexpr std::string_view kOwn = "/home/u/.ssh/jwt-sso.conf";
constexpr std::string_view kInclude = "Include \"/home/u/.ssh/jwt-sso.conf\"\n";

const SshUse kWork{
    "work", {"*.example", "!old.example"}, "/state/work/key", "/state/work/key-cert.pub"};

std::string Settings(const std::vector<SshUse>& uses, const DefaultKeys& defaults = {}) {
  const Result<std::string> text = SshSettings("/usr/bin/jwt-sso", uses, defaults);
  EXPECT_TRUE(Accepted(text));
  return text.ok() ? text.value() : "";
}

// ---- The text

TEST(SshSettingsTest, NameOurKeyAndThenTheDefaultKeys) {
  EXPECT_EQ(Settings({kWork}, {{"/home/u/.ssh/id_rsa"}, {"/home/u/.ssh/id_rsa-cert.pub"}}),
            R"(# Written by `jwt-sso setup`. `jwt-sso setup --remove` removes this file.

Match host *.example,!old.example
  AddKeysToAgent no
Match final host *.example,!old.example exec "/usr/bin/jwt-sso renew work"
  CertificateFile "/state/work/key-cert.pub"
  IdentityFile "/state/work/key"
  CertificateFile "/home/u/.ssh/id_rsa-cert.pub"
  IdentityFile "/home/u/.ssh/id_rsa"
)");
}

TEST(SshSettingsTest, AreReadBack) {
  const std::vector<SshUse> uses = {kWork,
                                    {"other-1", {"*"}, "/a place/key", "/a certificate/elsewhere"}};
  EXPECT_EQ(UsesIn(Settings(uses, {{"/home/u/.ssh/id_rsa"}, {}})), uses);
  EXPECT_TRUE(UsesIn(Settings({})).empty());
}

TEST(SshSettingsTest, ReadsOnlyItsOwnLines) {
  constexpr std::string_view kPaths = "\n  CertificateFile \"/c\"\n  IdentityFile \"/a\"\n";
  const auto uses_of = [&](std::string_view line) {
    return UsesIn(std::string(line) + std::string(kPaths));
  };
  EXPECT_TRUE(UsesIn("").empty());
  EXPECT_TRUE(uses_of("Host *").empty());
  EXPECT_TRUE(uses_of("Match final host * exec \"\"").empty());
  EXPECT_TRUE(uses_of("Match final host * exec \"/x renew a;b\"").empty());
  EXPECT_TRUE(uses_of("Match final host a b exec \"/x renew p\"").empty());
  const std::vector<SshUse> one = {{"p", {"*"}, "/a", "/c"}};
  EXPECT_EQ(uses_of("Match final host * exec \"/x renew p\""), one);
}

TEST(SshSettingsTest, ReadsOnlyUsesWithBothPaths) {
  const std::string match = "Match final host * exec \"/x renew p\"\n";
  EXPECT_TRUE(UsesIn(match).empty());
  EXPECT_TRUE(UsesIn(match + "  IdentityFile \"/a\"\n").empty());
  EXPECT_TRUE(UsesIn(match + "  CertificateFile \"/c\"\n").empty());
  EXPECT_TRUE(UsesIn(match + "  CertificateFile \"/c\"\n  IdentityFile \"a\"\n").empty());
  EXPECT_TRUE(UsesIn(match + "  CertificateFile \"c\"\n  IdentityFile \"/a\"\n").empty());
  EXPECT_TRUE(UsesIn(match + "  CertificateFile \"\n  IdentityFile \"/a\"\n").empty());
  EXPECT_EQ(UsesIn(match + "  CertificateFile \"/c\"\n  IdentityFile \"/a\"").size(), 1U);
}

TEST(SshSettingsTest, RefuseWhatSshOrAShellWouldReadAnotherWay) {
  const auto refused = [](const SshUse& use) {
    return RefusedFor(Reason::kConfigInvalid, SshSettings("/usr/bin/jwt-sso", {use}, {}));
  };
  EXPECT_TRUE(refused({"a b", {"*"}, "/key", "/c"}));
  EXPECT_TRUE(refused({"a;b", {"*"}, "/key", "/c"}));
  EXPECT_TRUE(refused({"work", {}, "/key", "/c"}));
  EXPECT_TRUE(refused({"work", {"!a"}, "/key", "/c"}));
  EXPECT_TRUE(refused({"work", {"a b"}, "/key", "/c"}));
  EXPECT_TRUE(refused({"work", {"a\nHost *"}, "/key", "/c"}));
  for (const char* const path : {"key", "", "/a\"b", "/a%b", "/a$b", "/a\\b", "/a\nb", "/a\x7f"}) {
    EXPECT_TRUE(refused({"work", {"*"}, path, "/c"})) << path;
    EXPECT_TRUE(refused({"work", {"*"}, "/key", path})) << path;
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, SshSettings("/x", {kWork}, {{path}, {}})));
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, SshSettings("/x", {kWork}, {{}, {path}})));
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, WithInclude("", path))) << path;
  }
  for (const char* const program : {"jwt-sso", "/a b", "/a;b", "/a%h", "/a$b", "/a\"b"}) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, SshSettings(program, {kWork}, {}))) << program;
  }
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, WithInclude("", "/a*")));
}

// ---- The line of ~/.ssh/config

TEST(IncludeTest, StandsFirstAndOnce) {
  for (const std::string config : {"", "Host *\n", "Match all\n  User x", "# no end"}) {
    const Result<std::string> with = WithInclude(config, kOwn);
    ASSERT_TRUE(Accepted(with));
    EXPECT_EQ(with.value(), std::string(kInclude) + config);
    EXPECT_EQ(WithInclude(with.value(), kOwn).value(), with.value());
    EXPECT_EQ(WithoutInclude(with.value(), kOwn), config);
  }
}

TEST(IncludeTest, IsMovedWhereItDoesNotStandFirst) {
  const std::string moved = "Host a\r\n" + std::string(kInclude) + "Include other\n";
  EXPECT_EQ(WithInclude(moved, kOwn).value(), std::string(kInclude) + "Host a\r\nInclude other\n");
}

TEST(IncludeTest, StaysIfItNamesAnotherFile) {
  const std::string other = "Include \"/home/u/.ssh/jwt-sso.conf2\"\n# Include\n";
  EXPECT_EQ(WithoutInclude(other, kOwn), other);
}

// ---- What the real ssh makes of it

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

/// A configuration of ssh that includes our settings, in a directory with a blank in its name.
class RealSshTest : public testing::Test {
 protected:
  /// Writes the files. `renew` is the exit code of our program.
  void SetUp(const std::string& users_config, int renew) {
    const std::string program =
        directory_.Write("jwt-sso",
                         "#!/bin/sh\necho \"$@\" >> " + directory_.Path("calls") + "\nexit " +
                             std::to_string(renew) + "\n",
                         0755);
    const Result<std::string> settings =
        SshSettings(program, {{"work", {"*.example", "!old.example"}, Key(), Key() + "-cert.pub"}},
                    {{"/home/u/.ssh/id_rsa"}, {"/home/u/.ssh/id_rsa-cert.pub"}});
    ASSERT_TRUE(Accepted(settings));
    const std::string own = directory_.Write("a place/own", settings.value());
    const Result<std::string> config = WithInclude(users_config, own);
    ASSERT_TRUE(Accepted(config));
    directory_.Write("config", config.value());
  }

  /// Returns the output of `ssh -G`, which begins with a newline here.
  [[nodiscard]] std::string Ask(const std::string& host) const {
    const std::string command = "ssh -F " + directory_.Path("config") + " -G " + host + " 2>&1";
    const std::unique_ptr<std::FILE, ClosePipe> pipe(popen(command.c_str(), "re"));
    std::string output = "\n";
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
      count = fread(buffer.data(), 1, buffer.size(), pipe.get());
      output.append(buffer.data(), count);
    }
    return output;
  }

  [[nodiscard]] std::string Key() const { return directory_.Path("state dir/key"); }
  [[nodiscard]] std::string OurLine() const { return "\nidentityfile " + Key() + "\n"; }
  [[nodiscard]] std::string Calls() const { return directory_.Read("calls"); }

 private:
  TempDir directory_;
};

bool Has(const std::string& output, const std::string& text) {
  return output.find(text) != std::string::npos;
}

TEST_F(RealSshTest, TakesOurKeyAndCertificateForHostsThatMatch) {
  SetUp("Host *\n  User x\n", 0);
  const std::string output = Ask("a.example");
  EXPECT_TRUE(Has(output, OurLine() + "identityfile /home/u/.ssh/id_rsa\n")) << output;
  EXPECT_TRUE(Has(output, "\ncertificatefile " + Key() +
                              "-cert.pub\ncertificatefile /home/u/.ssh/id_rsa-cert.pub\n"))
      << output;
  EXPECT_TRUE(Has(output, "\naddkeystoagent false\n"));
  EXPECT_TRUE(Has(output, "\nidentitiesonly no\n"));
  EXPECT_TRUE(Has(output, "\nuser x\n"));
  EXPECT_EQ(Calls(), "renew work\n");
}

TEST_F(RealSshTest, LeavesOtherHostsAloneAndRunsNothing) {
  SetUp("", 0);
  for (const char* const host : {"elsewhere.test", "old.example"}) {
    const std::string output = Ask(host);
    EXPECT_FALSE(Has(output, Key())) << output;
    EXPECT_TRUE(Has(output, "\nidentityfile ~/.ssh/id_rsa\n")) << output;
  }
  EXPECT_EQ(Calls(), "");
}

TEST_F(RealSshTest, TakesNothingIfTheCertificateCannotBeRenewed) {
  SetUp("", 1);
  const std::string output = Ask("a.example");
  EXPECT_FALSE(Has(output, Key())) << output;
  EXPECT_TRUE(Has(output, "\nidentityfile ~/.ssh/id_rsa\n")) << output;
  EXPECT_EQ(Calls(), "renew work\n");
}

TEST_F(RealSshTest, TakesTheNameThatAnAliasStandsFor) {
  SetUp("Host web\n  HostName a.example", 0);
  const std::string output = Ask("web");
  EXPECT_TRUE(Has(output, OurLine())) << output;
  EXPECT_TRUE(Has(output, "\nhostname a.example\n")) << output;
}

TEST_F(RealSshTest, TriesTheUsersOwnKeysFirst) {
  SetUp("Match host *.example\n  IdentityFile /mine\n  AddKeysToAgent yes\n", 0);
  const std::string output = Ask("a.example");
  EXPECT_TRUE(Has(output, "\nidentityfile /mine" + OurLine())) << output;
  EXPECT_TRUE(Has(output, "\naddkeystoagent false\n")) << output;
}

}  // namespace
}  // namespace pamjwt::sso
