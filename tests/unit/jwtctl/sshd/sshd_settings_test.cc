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

TEST(SshdValue, IsWhatStandsBehindTheKeyword) {
  EXPECT_EQ(SshdValue(" AuthorizedKeysCommand \t/x \"a  b\" %u # y \r\n"), "/x \"a  b\" %u # y");
  EXPECT_EQ(SshdValue("AuthorizedKeysCommand = /x"), "/x");
  EXPECT_EQ(SshdValue("AuthorizedKeysCommand"), "");
}

TEST(ParseSshdSettings, KnowsWhatCertificatesNeed) {
  const SshdSettings defaults = ParseSshdSettings(kOn).value();
  EXPECT_TRUE(defaults.public_keys);
  EXPECT_EQ(defaults.keys_command + " " + defaults.keys_user, "none none");
  EXPECT_EQ(defaults.penalties, "no");
  EXPECT_EQ(ParseSshdSettings(kOn + "authorizedkeyscommand None\n").value().keys_command, "none");
  const SshdSettings given =
      ParseSshdSettings(kOn +
                        "pubkeyauthentication no\nauthorizedkeyscommand /x \"a  b\" %u\n"
                        "authorizedkeyscommanduser nobody\npubkeyacceptedalgorithms ssh-ed25519\n"
                        "casignaturealgorithms ssh-ed25519\npersourcepenalties authfail:5\n")
          .value();
  EXPECT_FALSE(given.public_keys);
  EXPECT_EQ(given.keys_command + "|" + given.keys_user, "/x \"a  b\" %u|nobody");
  EXPECT_EQ(given.key_algorithms + "|" + given.ca_algorithms, "ssh-ed25519|ssh-ed25519");
  EXPECT_EQ(given.penalties, "authfail:5");
}

TEST(SshdSettings, SayWhetherCertificatesAreTaken) {
  SshdSettings settings;
  EXPECT_TRUE(settings.TakesKeyCertificates() && settings.TakesTheirSigner());  // not known
  settings.key_algorithms = "ssh-ed25519,rsa-sha2-256";
  EXPECT_FALSE(settings.TakesKeyCertificates());
  settings.key_algorithms += ",ssh-ed25519-cert-v01@openssh.com";
  EXPECT_TRUE(settings.TakesKeyCertificates());
  settings.ca_algorithms = "ssh-ed25519,ecdsa-sha2-nistp384";
  EXPECT_FALSE(settings.TakesTheirSigner());
  settings.ca_algorithms = "ssh-ed25519,ecdsa-sha2-nistp256";
  EXPECT_TRUE(settings.TakesTheirSigner());
}

TEST(SshdSettings, AListThatChangesTheDefaultIsNotKnown) {
  for (const char* const sign : {"+", "-", "^"}) {
    const SshdSettings settings =
        ParseSshdSettings(kOn + "casignaturealgorithms " + sign + "ssh-rsa\n").value();
    EXPECT_TRUE(settings.TakesTheirSigner()) << sign;
  }
}

TEST(SshdSettings, CountPublicKeysOfOneList) {
  const auto most = [](const char* methods) {
    return SshdSettings{true, true, true, methods}.MostPublicKeys();
  };
  EXPECT_EQ(most("any"), 1U);
  EXPECT_EQ(most("publickey publickey,password"), 1U);
  EXPECT_EQ(most("password publickey,publickey"), 2U);
  EXPECT_EQ(most("publickey,keyboard-interactive:pam,publickey"), 2U);
  EXPECT_EQ(most("keyboard-interactive hostbased,password"), 0U);
}

TEST(SetsAnything, IsTrueForALineThatIsNoComment) {
  EXPECT_FALSE(SetsAnything(""));
  EXPECT_FALSE(SetsAnything("# UsePAM yes\n\n"));
  EXPECT_TRUE(SetsAnything("# x\nUsePAM yes"));
}

}  // namespace
}  // namespace pamjwt::ctl
