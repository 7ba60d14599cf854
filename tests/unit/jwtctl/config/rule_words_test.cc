#include "jwtctl/config/rule_words.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using Words = std::vector<std::string>;

Words WordsOf(const std::string& rules) {
  const Config config = test::ConfigOf(test::InIssuer(rules));
  return DescribeRules(config.issuers[0].PolicyFor("sshd")->accounts,
                       [](const std::string& /*path*/) { return "12 lines"; });
}

std::string Rule(const std::string& keys) {
  return "[[issuer.staff.account]]\n" + keys + "\n";
}

struct WordsCase {
  const char* name;
  std::string rules;
  Words words;
};

const std::string kOps = "require = [{ claim = \"groups\", any_of = [\"ops\", \"sre\"] }]\n";

const WordsCase kCases[] = {
    {"NoRule", "", {"sub is the account's name"}},
    {"AnotherClaim", Rule("claim = \"upn\""), {"upn is the account's name"}},
    {"LowerCase",
     Rule("claim = \"upn\"\nlowercase = true"),
     {"upn in lower case is the account's name"}},
    {"Except",
     Rule("claim = \"upn\"\nexcept = [\"root\", \"admin\"]"),
     {"upn is the account's name, but not as root, admin"}},
    {"Pattern",
     Rule("claim = \"email\"\npattern = \"*@example.com\""),
     {R"(email "*@example.com" logs in as "*")"}},
    {"PatternAndName",
     Rule("claim = \"email\"\npattern = \"*@example.com\"\nname = \"x-*\""),
     {R"(email "*@example.com" logs in as "x-*")"}},
    {"Literal",
     Rule("claim = \"/email\"\npattern = \"alice@example.com\"\nname = \"alice\""),
     {R"(/email "alice@example.com" logs in as alice)"}},
    {"LiteralForAGroup",
     Rule("name = \"deploy\"\n" + kOps),
     {R"(a token logs in as deploy if groups has "ops" or "sre")"}},
    {"LiteralsForOneGroup",
     Rule("name = \"root\"\n" + kOps) + Rule("name = \"deploy\"\n" + kOps) +
         Rule("claim = \"upn\""),
     {R"(a token logs in as root, deploy if groups has "ops" or "sre")",
      "upn is the account's name"}},
    {"LiteralsForTwoGroups",
     Rule("name = \"root\"\n" + kOps) +
         Rule("name = \"deploy\"\nrequire = [{ claim = \"a\", all_of = [\"x\", 1, true] }]"),
     {R"(a token logs in as root if groups has "ops" or "sre")",
      R"(a token logs in as deploy if a has "x" and 1 and true)"}},
    {"TwoConditions",
     Rule("claim = \"upn\"\nrequire = [{ claim = \"a\", any_of = [1] }, { claim = \"b\", any_of = "
          "[2] }]"),
     {"upn is the account's name if a has 1, and b has 2"}},
    {"NamesOfMembers",
     Rule("claim = \"/roles/*\"\npattern = \"acct-*\"\n"
          "require = [{ claim = \"/r/*\", any_of = [\"x\"] }]"),
     {R"(/roles/* "acct-*" logs in as "*" if /r/* has "x")"}},
    {"Split",
     Rule("claim = \"groups\"\nsplit = \",;\"\npattern = \"ops\"\nname = \"deploy\"\n"
          "require = [{ claim = \"g\", split = \" \", any_of = [\"x\"] }]"),
     {R"x(groups (split at ",;") "ops" logs in as deploy if g (split at " ") has "x")x"}},
    {"MapFile",
     Rule("map_file = \"/etc/pam_jwt/accounts\"\nclaim = \"groups\""),
     {"the accounts of groups are in /etc/pam_jwt/accounts (12 lines)"}},
};

class DescribeRulesTest : public testing::TestWithParam<WordsCase> {};

TEST_P(DescribeRulesTest, SaysWhichTokensLogInAsWhichAccounts) {
  EXPECT_EQ(WordsOf(GetParam().rules), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(RuleWords, DescribeRulesTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(DescribeRules, BoundsTheNumberOfRules) {
  std::string rules;
  for (std::size_t i = 0; i < kMaxRuleWords; ++i) {
    rules += Rule("claim = \"c" + std::to_string(i) + "\"");
  }
  EXPECT_EQ(WordsOf(rules).size(), kMaxRuleWords);
  rules += Rule("claim = \"a\"") + Rule("claim = \"b\"");
  EXPECT_EQ(WordsOf(rules).size(), kMaxRuleWords + 1);
  EXPECT_EQ(WordsOf(rules).back(), "and 2 more rules");
}

TEST(DescribeCondition, BoundsTheNumberOfValues) {
  const auto words = [](const std::string& members) {
    return WordsOf(
               Rule("claim = \"upn\"\nrequire = [{ claim = \"a\", any_of = [" + members + "] }]"))
        .front();
  };
  EXPECT_EQ(words("1, 2, 3, 4, 5, 6, 7, 8"),
            "upn is the account's name if a has 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8");
  EXPECT_EQ(words("1, 2, 3, 4, 5, 6, 7, 8, 9, 10"),
            "upn is the account's name if a has 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 2 more");
}

}  // namespace
}  // namespace pamjwt::ctl
