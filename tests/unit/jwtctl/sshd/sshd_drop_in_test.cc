#include "jwtctl/sshd/sshd_drop_in.h"

#include <string>

#include <gtest/gtest.h>

#include "jwtctl/sshd/keys_command.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::RefusedFor;

struct IncludeCase {
  const char* name;
  const char* text;
  bool begins;
};

constexpr IncludeCase kIncludes[] = {
    {"First", "# x\n\nInclude /etc/ssh/sshd_config.d/*.conf\nUsePAM no\n", true},
    {"SmallLetters", "include /etc/ssh/sshd_config.d/*.conf\n", true},
    {"Quoted", "  Include\t\"/etc/ssh/sshd_config.d/*.conf\"\n", true},
    {"Equals", "Include=/etc/ssh/sshd_config.d/*.conf", true},
    {"Relative", "Include sshd_config.d/*.conf\n", true},
    {"AmongOthers", "Include /etc/a /etc/ssh/sshd_config.d/*.conf # y\n", true},
    {"BehindAnother", "Include /etc/a\nInclude /etc/ssh/sshd_config.d/*.conf\n", true},
    {"BehindASetting", "Port 22\nInclude /etc/ssh/sshd_config.d/*.conf\n", false},
    {"OnlyAnother", "Include /etc/a\n", false},
    {"Commented", "# Include /etc/ssh/sshd_config.d/*.conf\n", false},
    {"Absent", "UsePAM yes\n", false},
    {"Empty", "", false},
};

class BeginsWithDropInsTest : public testing::TestWithParam<IncludeCase> {};

TEST_P(BeginsWithDropInsTest, IsTrueWhereTheIncludeComesBeforeAnySetting) {
  EXPECT_EQ(BeginsWithDropIns(GetParam().text), GetParam().begins);
}

INSTANTIATE_TEST_SUITE_P(Texts, BeginsWithDropInsTest, testing::ValuesIn(kIncludes),
                         test::kCaseName);

TEST(EnableInDropIn, PutsItsLinesInFrontAndTakesThemOut) {
  for (const std::string rest : {"", "AuthenticationMethods publickey\n", "UsePAM no"}) {
    const Result<std::string> enabled = EnableInDropIn(rest, {});
    ASSERT_TRUE(Accepted(enabled));
    EXPECT_TRUE(
        enabled.value().ends_with("\nUsePAM yes\n# Tokens come by keyboard-interactive.\n"
                                  "KbdInteractiveAuthentication yes\n# END jwtctl enable\n" +
                                  rest));
    EXPECT_EQ(EnableInDropIn(enabled.value(), {}).value(), enabled.value());
    EXPECT_EQ(DisableInDropIn(enabled.value()).value(), rest);
  }
}

TEST(DisableInDropIn, TakesOutTheLinesOfAConfigurationManager) {
  const std::string kept =
      "# Ansible\nPasswordAuthentication no\nUsePAM no\nMatch User bob\n"
      "KbdInteractiveAuthentication yes\n";
  const Result<std::string> rest = DisableInDropIn(
      "UsePAM yes\nkbdinteractiveauthentication = \"YES\"\n"
      "ChallengeResponseAuthentication yes # tokens\n" +
      kept);
  ASSERT_TRUE(Accepted(rest));
  EXPECT_EQ(rest.value(), kept);
}

const std::string kCommand = KeysCommand{}.Value();

TEST(EnableInDropIn, HasTheCommandOfCertificates) {
  const Result<std::string> only = EnableInDropIn("", {false, kCommand});
  ASSERT_TRUE(Accepted(only));
  EXPECT_NE(only.value().find("\nUsePAM yes\n# Tokens come in ssh certificates.\n"
                              "AuthorizedKeysCommand /usr/libexec/pam_jwt/sshd-keys %u %k %t\n"
                              "AuthorizedKeysCommandUser pam-jwt\n# END "),
            std::string::npos)
      << only.value();
  const std::string both = EnableInDropIn(only.value(), {true, kCommand}).value();
  EXPECT_NE(both.find("KbdInteractiveAuthentication yes\n"), std::string::npos);
  EXPECT_EQ(EnableInDropIn(both, {false, kCommand}).value(), only.value());
  EXPECT_EQ(DisableInDropIn(both).value(), "");
  EXPECT_EQ(DisableInDropIn(only.value()).value(), "");
}

TEST(OurCommandIn, IsThatOfOurProgramOutsideOfMatchBlocks) {
  EXPECT_EQ(OurCommandIn(EnableInDropIn("", {true, kCommand}).value()), kCommand);
  EXPECT_EQ(OurCommandIn("AuthorizedKeysCommand /x\nAuthorizedKeysCommand=" + kCommand), kCommand);
  EXPECT_EQ(OurCommandIn("Match User a\nAuthorizedKeysCommand " + kCommand), "");
  EXPECT_EQ(OurCommandIn("AuthorizedKeysCommand /x\n"), "");
  EXPECT_EQ(OurCommandIn(""), "");
}

TEST(SwitchesPromptsOn, IsTrueForKeyboardInteractiveOutsideOfMatchBlocks) {
  EXPECT_TRUE(SwitchesPromptsOn(EnableInDropIn("", {}).value()));
  EXPECT_TRUE(SwitchesPromptsOn("ChallengeResponseAuthentication yes\n"));
  EXPECT_FALSE(SwitchesPromptsOn(EnableInDropIn("", {false, kCommand}).value()));
  EXPECT_FALSE(SwitchesPromptsOn("KbdInteractiveAuthentication no\n"));
  EXPECT_FALSE(SwitchesPromptsOn("Match User bob\nKbdInteractiveAuthentication yes\n"));
}

TEST(DisableInDropIn, TakesOutOnlyACommandOfOurs) {
  const std::string other = "AuthorizedKeysCommand /x %u\nAuthorizedKeysCommandUser nobody\n";
  EXPECT_EQ(DisableInDropIn("AuthorizedKeysCommand " + kCommand +
                            "\nAuthorizedKeysCommandUser pam-jwt\n" + other)
                .value(),
            other);
  EXPECT_TRUE(HasTokensAsked("AuthorizedKeysCommand " + kCommand + "\n"));
  EXPECT_FALSE(HasTokensAsked(other));
}

TEST(DisableInDropIn, RefusesALineThatSomebodyElsePutInBetween) {
  std::string enabled = EnableInDropIn("", {}).value();
  EXPECT_TRUE(Accepted(DisableInDropIn(enabled)));
  enabled.insert(enabled.find("UsePAM"), "Port 22\n");
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, DisableInDropIn(enabled)));
}

}  // namespace
}  // namespace pamjwt::ctl
