#include "jwtctl/sshd/sshd_settings.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::RefusedFor;

const std::string kOn =
    "port 22\nusepam yes\nkbdinteractiveauthentication yes\npasswordauthentication yes\n";

TEST(ParseSshdSettings, ReadsWhatSshdPrints) {
  const Result<SshdSettings> on = ParseSshdSettings(kOn + "authenticationmethods publickey\n");
  ASSERT_TRUE(Accepted(on));
  EXPECT_TRUE(on.value().AsksByPam());
  EXPECT_TRUE(on.value().passwords);
  EXPECT_EQ(on.value().methods, "publickey");
  const Result<SshdSettings> off =
      ParseSshdSettings("usepam no\nkbdinteractiveauthentication no\npasswordauthentication no\n");
  ASSERT_TRUE(Accepted(off));
  EXPECT_FALSE(off.value().uses_pam || off.value().keyboard_interactive || off.value().passwords);
  EXPECT_EQ(off.value().methods, "any");
}

TEST(ParseSshdSettings, ReadsKeywordsInAnyCase) {
  const Result<SshdSettings> on = ParseSshdSettings(
      "Port 22\nUsePAM yes\nKbdInteractiveAuthentication no\nPasswordAuthentication yes\n"
      "AuthenticationMethods any\n");
  ASSERT_TRUE(Accepted(on));
  EXPECT_TRUE(on.value().uses_pam && on.value().passwords);
  EXPECT_FALSE(on.value().keyboard_interactive);
  EXPECT_EQ(on.value().methods, "any");
}

TEST(ParseSshdSettings, RefusesATextWithoutASetting) {
  for (const std::string keyword :
       {"usepam", "kbdinteractiveauthentication", "passwordauthentication"}) {
    std::string text = kOn;
    text.insert(text.find(keyword), "x");
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseSshdSettings(text))) << keyword;
  }
  EXPECT_TRUE(Accepted(ParseSshdSettings(kOn)));
}

TEST(ParseSshdSettings, KnowsRootAndTries) {
  const std::string text =
      "usepam yes\nkbdinteractiveauthentication yes\npasswordauthentication no\n";
  const SshdSettings defaults = ParseSshdSettings(text).value();
  EXPECT_EQ(defaults.root_login, "prohibit-password");
  EXPECT_EQ(defaults.max_auth_tries, "6");
  const SshdSettings given =
      ParseSshdSettings(text + "permitrootlogin yes\nMaxAuthTries 1\n").value();
  EXPECT_EQ(given.root_login, "yes");
  EXPECT_EQ(given.max_auth_tries, "1");
}

TEST(SshdSettings, AskForTokensOnlyWithPamAndKeyboardInteractive) {
  EXPECT_TRUE((SshdSettings{true, true, false, "any"}).AsksByPam());
  EXPECT_FALSE((SshdSettings{false, true, false, "any"}).AsksByPam());
  EXPECT_FALSE((SshdSettings{true, false, false, "any"}).AsksByPam());
}

TEST(SshdSettings, SayWhetherMethodsAllowKeyboardInteractive) {
  const auto leaves = [](const char* methods) {
    return SshdSettings{true, true, true, methods}.MethodsAllowKeyboardInteractive();
  };
  EXPECT_TRUE(leaves("any"));
  EXPECT_TRUE(leaves("publickey,keyboard-interactive:pam"));
  EXPECT_FALSE(leaves("publickey,password"));
}

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

struct WordsCase {
  const char* name;
  const char* line;
  std::vector<std::string> words;
};

const WordsCase kWords[] = {
    {"Blanks", " \tUsePAM \t yes \r\n", {"usepam", "yes"}},
    {"Sign", "UsePAM=yes", {"usepam", "yes"}},
    {"SignBetweenBlanks", "UsePAM = yes", {"usepam", "yes"}},
    {"SignInAValue", "SetEnv A=b", {"setenv", "A=b"}},
    {"Quotes", "Include \"/a b\" '/c d' /e", {"include", "/a b", "/c d", "/e"}},
    {"QuotedKeyword", "\"UsePAM\" yes", {"usepam", "yes"}},
    {"Escaped", "Include /a\\ b \"\\\"\" c\\d", {"include", "/a b", "\"", "c\\d"}},
    {"CommentBehind", "UsePAM yes # no", {"usepam", "yes"}},
    {"NoComment", "Banner /a#b", {"banner", "/a#b"}},
    {"Comment", " # UsePAM yes", {}},
    {"Empty", " \n", {}},
};

class SshdWordsTest : public testing::TestWithParam<WordsCase> {};

TEST_P(SshdWordsTest, SplitsALineAsSshdDoes) {
  EXPECT_EQ(SshdWords(GetParam().line), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(Lines, SshdWordsTest, testing::ValuesIn(kWords), test::kCaseName);

TEST(EnableInDropIn, PutsItsLinesInFrontAndTakesThemOut) {
  for (const std::string rest : {"", "AuthenticationMethods publickey\n", "UsePAM no"}) {
    const Result<std::string> enabled = EnableInDropIn(rest);
    ASSERT_TRUE(Accepted(enabled));
    EXPECT_TRUE(
        enabled.value().ends_with("\nUsePAM yes\nKbdInteractiveAuthentication yes\n"
                                  "# END jwtctl enable\n" +
                                  rest));
    EXPECT_EQ(EnableInDropIn(enabled.value()).value(), enabled.value());
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

TEST(SetsAnything, IsTrueForALineThatIsNoComment) {
  EXPECT_FALSE(SetsAnything(""));
  EXPECT_FALSE(SetsAnything("# UsePAM yes\n\n"));
  EXPECT_TRUE(SetsAnything("# x\nUsePAM yes"));
}

TEST(DisableInDropIn, RefusesALineThatSomebodyElsePutInBetween) {
  std::string enabled = EnableInDropIn("").value();
  EXPECT_TRUE(Accepted(DisableInDropIn(enabled)));
  enabled.insert(enabled.find("UsePAM"), "Port 22\n");
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, DisableInDropIn(enabled)));
}

}  // namespace
}  // namespace pamjwt::ctl
