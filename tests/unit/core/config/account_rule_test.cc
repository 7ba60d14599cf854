#include "core/config/account_rule.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::InIssuer;
using test::ParseText;

/// The keys of a rule, which begin in line 5.
struct RuleCase {
  const char* name;
  std::string_view bad;
  std::uint32_t line;
  std::string_view message;
  std::string_view good;
};

constexpr RuleCase kCases[] = {
    {"NameWithAStarAndPatternWithout", "pattern = \"a\"\nname = \"x-*\"", 4, "the name has a star",
     "pattern = \"a*\"\nname = \"x-*\""},
    {"LiteralPatternWithDefaultNameGiven", "pattern = \"a\"\nname = \"*\"", 4,
     "the name has a star", "pattern = \"a\"\nname = \"b\""},
    {"LiteralPatternWithoutAName", "pattern = \"alice\"", 4, "needs a name",
     "pattern = \"alice*\""},
    {"MapFileBesidePattern", "map_file = \"/m\"\npattern = \"a*\"", 4, "map_file gives",
     "map_file = \"/m\"\nclaim = \"a\""},
    {"MapFileBesideDefaultPattern", "map_file = \"/m\"\npattern = \"*\"", 4, "map_file gives",
     "map_file = \"/m\"\nlowercase = true"},
    {"MapFileBesideName", "map_file = \"/m\"\nname = \"a\"", 4, "map_file gives",
     "map_file = \"/m\"\nexcept = [\"a\"]"},
    {"LiteralForEverybody", "name = \"deploy\"", 4, "would let every token of the issuer in",
     "name = \"deploy\"\nrequire = [{ claim = \"g\", any_of = [\"ops\"] }]"},
    {"LiteralForEverybodyByAStar", "name = \"deploy\"\npattern = \"*\"", 4,
     "would let every token of the issuer in", "name = \"deploy\"\npattern = \"a*\""},
    {"LiteralForEverybodyWithAClaim", "name = \"deploy\"\nclaim = \"email\"", 4,
     "would let every token of the issuer in",
     "name = \"deploy\"\nclaim = \"email\"\npattern = \"a@example.com\""},
    {"NameOfANumber", "name = \"1000\"\npattern = \"a*\"", 4,
     "not a name that an account can have: 1000", "name = \"u1000\"\npattern = \"a*\""},
    {"NameWithASlash", "name = \"a/b\"\npattern = \"a*\"", 4,
     "not a name that an account can have: a/b", "name = \"a.b\"\npattern = \"a*\""},
    {"EmptyName", "name = \"\"\npattern = \"a*\"", 4, "name", "name = \"_\"\npattern = \"a*\""},
    {"NameOfADomain", "name = 'CORP\\carol'\npattern = \"a*\"", 4,
     "If it is meant, set account_names = \"any\"", "name = \"carol\"\npattern = \"a*\""},
    {"MadeNameOfADomain", "name = 'CORP\\*'", 4,
     "no account gets a name with these characters from a claim: CORP\\*", "name = \"CORP-*\""},
    {"MadeNameWithADash", "name = \"-*\"", 4, "no account gets a name", "name = \"a-*\""},
    {"MadeNameOfNumbers", "name = \"*/\"", 4, "no account gets a name", "name = \"1*\""},
    {"MadeNameOfHexNumbers", "name = \"0x*:\"", 4, "no account gets a name", "name = \"0x*\""},
    {"EmptySplit", "split = \"\"", 5, "must not be empty", "split = \",\""},
    {"SplitAtALetter", "split = \"a\"", 5, "split must be", "split = \";\""},
    {"SplitAtADigit", "split = \"1\"", 5, "split must be", "split = \"|\""},
    {"SplitAtATab", "split = \"\\t\"", 5, "split must be", "split = \" \""},
    {"SplitAtASpaceAndAComma", "split = \", \"", 5, "split must be", "split = \",;\""},
    {"SplitBeyondAscii", "split = \"\\u00b7\"", 5, "split must be", "split = \"~\""},
    {"SplitAtNineCharacters", "split = \",;|/:.!?-\"", 5, "split must be", "split = \",;|/:.!?\""},
    {"SplitOfNames", "claim = \"/r/*\"\nsplit = \",\"", 4, "/* names members",
     "claim = \"/r\"\nsplit = \",\""},
    {"MembersOfAll", "claim = \"/*\"", 5, "/* would name all claims", "claim = \"/a/*\""},
    {"RelativeMapFile", "map_file = \"m\"", 5, "map_file must be a path", "map_file = \"/m\""},
    {"TwoStarsInAPattern", "pattern = \"*a*\"", 5, "more than one star", "pattern = \"*a\""},
    {"TwoStarsInAName", "name = \"**\"", 5, "more than one star", "name = \"*\""},
    {"KeyNotKnown", "lowercase = true\nuser = \"a\"", 6, "not known in an account rule: user",
     "lowercase = true\nexcept = [\"a\"]"},
    {"EmptyClaim", "claim = \"\"", 5, "must not be empty", "claim = \"c\""},
    {"BadPointer", "claim = \"/a~\"", 5, "JSON pointer", "claim = \"/a~0\""},
    {"EmptyExcept", "except = []", 5, "must not be empty", "except = [\"a\"]"},
    {"EmptyRequire", "require = []", 5, "must not be empty",
     "require = [{ claim = \"g\", any_of = [1] }]"},
    // Conditions, wherever they stand.
    {"ConditionWithoutAClaim", "require = [{ any_of = [1] }]", 5, "needs a claim",
     "require = [{ claim = \"g\", any_of = [1] }]"},
    {"ConditionWithoutMembers", "require = [{ claim = \"g\" }]", 5, "needs any_of or all_of",
     "require = [{ claim = \"g\", all_of = [1] }]"},
    {"ConditionWithBoth", "require = [{ claim = \"g\", any_of = [1], all_of = [1] }]", 5,
     "any_of and all_of", "require = [{ claim = \"g\", any_of = [1, 1] }]"},
    {"ConditionWithAnEmptyList", "require = [{ claim = \"g\", any_of = [] }]", 5,
     "must not be empty", "require = [{ claim = \"g\", any_of = [\"\"] }]"},
    {"ConditionWithoutAList", "require = [{ claim = \"g\", any_of = \"ops\" }]", 5,
     "must be a list", "require = [{ claim = \"g\", any_of = [\"ops\"] }]"},
    {"ConditionWithAFraction", "require = [{ claim = \"g\", any_of = [1.0] }]", 5,
     "must be a string, an integer or a boolean", "require = [{ claim = \"g\", any_of = [1] }]"},
    {"ConditionWithANestedList", "require = [{ claim = \"g\", any_of = [[\"a\"]] }]", 5,
     "must be a string, an integer or a boolean",
     "require = [{ claim = \"g\", any_of = [\"a\", 1, true] }]"},
    {"ConditionWithTwoStars", "require = [{ claim = \"g\", any_of = [\"a*b*\"] }]", 5,
     "more than one star", "require = [{ claim = \"g\", any_of = [\"a*b\"] }]"},
    {"ConditionWithAnotherKey", "require = [{ claim = \"g\", none_of = [1] }]", 5,
     "not known in a condition: none_of", "require = [{ claim = \"g\", all_of = [1] }]"},
    {"ConditionThatSplitsAtALetter",
     "require = [{ claim = \"g\", split = \"x\", any_of = [\"a\"] }]", 5, "split must be",
     "require = [{ claim = \"g\", split = \",\", any_of = [\"a\"] }]"},
    {"ConditionThatSplitsNames",
     "require = [{ claim = \"/g/*\", split = \",\", any_of = [\"a\"] }]", 5, "/* names members",
     "require = [{ claim = \"/g/*\", any_of = [\"a\"] }]"},
    {"ConditionThatOnlySplits", "require = [{ claim = \"g\", split = \",\" }]", 5,
     "needs any_of or all_of", "require = [{ split = \",\", any_of = [\"a\"], claim = \"g\" }]"},
    {"ConditionWithoutATable", "require = [\"g\"]", 5, "must be a table",
     "require = [{ claim = \"g\", any_of = [false] }]"},
    {"ConditionWithoutAClaimName", "require = [{ claim = \"\", any_of = [1] }]", 5,
     "must not be empty", "require = [{ claim = \"/\", any_of = [1] }]"},
};

class AccountRuleTest : public testing::TestWithParam<RuleCase> {
 protected:
  static Result<Config> Parse(std::string_view header, std::string_view keys) {
    return ParseText(InIssuer(std::string(header) + "\n" + std::string(keys) + "\n"));
  }

  static void ExpectRefusedAndAccepted(std::string_view header) {
    const Result<Config> bad = Parse(header, GetParam().bad);
    EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, GetParam().line, bad));
    EXPECT_TRUE(test::DetailOf(bad).starts_with("pam_jwt.toml:")) << test::DetailOf(bad);
    EXPECT_NE(test::DetailOf(bad).find(GetParam().message), std::string::npos)
        << test::DetailOf(bad);
    EXPECT_TRUE(Accepted(Parse(header, GetParam().good)));
  }
};

TEST_P(AccountRuleTest, RefusesTheRuleOfAnIssuerWithItsLine) {
  ExpectRefusedAndAccepted("[[issuer.staff.account]]");
}

TEST_P(AccountRuleTest, RefusesTheRuleOfAServiceWithItsLine) {
  ExpectRefusedAndAccepted("[[issuer.staff.service.sshd.account]]");
}

INSTANTIATE_TEST_SUITE_P(ReadAccountRules, AccountRuleTest, testing::ValuesIn(kCases),
                         test::kCaseName);

TEST(ReadAccountRules, WantsAListOfTables) {
  EXPECT_TRUE(Accepted(ParseText(InIssuer("[[issuer.staff.account]]\n"))));
  EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, 4,
                              ParseText(InIssuer("[issuer.staff.account]\nclaim = \"a\"\n"))));
  EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, 4, ParseText(InIssuer("account = []\n"))));
  EXPECT_TRUE(
      test::RefusedAt(Reason::kConfigInvalid, 4, ParseText(InIssuer("account = [\"a\"]\n"))));
  EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, 4, ParseText(InIssuer("account = \"a\"\n"))));
}

TEST(ReadAccountRules, KeepsTheOrderAndTheLinesOfTheRules) {
  const Config config = test::ConfigOf(InIssuer(
      "[[issuer.staff.account]]\nclaim = \"a\"\n\n[[issuer.staff.account]]\nclaim = \"b\"\n"));
  const std::vector<AccountRule>& rules = config.issuers.front().policies.at("sshd").accounts;
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].claim.text(), "a");
  EXPECT_EQ(rules[0].at.line, 4U);
  EXPECT_EQ(rules[1].claim.text(), "b");
  EXPECT_EQ(rules[1].at.line, 7U);
}

TEST(ReadAccountRules, KeepsTheSeparatorsOfRulesAndConditions) {
  const Config config =
      test::ConfigOf(InIssuer("[[issuer.staff.account]]\nclaim = \"g\"\nsplit = \",;\"\n"
                              "require = [{ claim = \"h\", split = \" \", any_of = [\"a\"] }]\n"));
  const AccountRule& rule = config.issuers.front().policies.at("sshd").accounts.front();
  EXPECT_EQ(rule.split, ",;");
  EXPECT_EQ(rule.require.front().split, " ");
}

TEST(DescribeAccountOptions, GivesTheDefaultsOfARule) {
  const Config config = test::ConfigOf(InIssuer("[[issuer.staff.account]]\n"));
  const AccountRule& rule = config.issuers.front().accounts.front();
  EXPECT_EQ(rule.claim.text(), "sub");
  EXPECT_TRUE(rule.pattern.is_bare_star());
  EXPECT_TRUE(rule.name.is_bare_star());
  EXPECT_FALSE(rule.lowercase);
  EXPECT_FALSE(rule.NamesLiterally());
}

}  // namespace
}  // namespace pamjwt
