#include "core/account/rules.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/claims_of.h"
#include "support/expect_origin.h"
#include "support/pieces.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::ClaimsWith;
using test::RefusedAt;
using test::RefusedFor;

Pattern P(std::string_view text) {
  return Pattern::Parse(text).value();
}

/// A rule as the configuration would write it, at `line`.
struct RuleText {
  std::string_view claim = "sub";
  std::string_view pattern = "*";
  std::string_view name = "*";
};

AccountRule Rule(const RuleText& text, std::uint32_t line = 1) {
  AccountRule rule;
  rule.claim = test::Named(text.claim);
  rule.pattern = P(text.pattern);
  rule.name = P(text.name);
  rule.at = {0, line};
  return rule;
}

AccountRule MapRule(std::string_view claim, std::uint32_t line = 1) {
  AccountRule rule;
  rule.claim = test::Named(claim);
  rule.map_file = "/etc/map";
  rule.at = {0, line};
  return rule;
}

Condition Groups(std::string_view member, std::uint32_t line) {
  return {test::Named("groups"), false, {P(member)}, {0, line}};
}

constexpr std::string_view kMap = "alice alice\nalice@example.com al\nservice backup\n";

Status ReadMap(const std::string& path, const TakePiece& take) {
  if (path != "/etc/map") return Error{Reason::kMapUnusable, "cannot read " + path};
  test::GiveInPieces(kMap, 10, take);
  return Ok();
}

Result<GivenBy> Find(const std::vector<AccountRule>& rules, std::string_view members,
                     std::string_view login) {
  // The rules outlive what is found.
  static std::vector<AccountRule> kept;
  kept = rules;
  return FindRules(ClaimsWith(members), kept, login, ReadMap, true);
}

/// Finds the rules for a token of carol, by its claim unix. It has a sub only if `members` has one.
Result<GivenBy> FindBare(const std::vector<AccountRule>& rules, const std::string& members,
                         std::string_view login) {
  static std::vector<AccountRule> kept;
  kept = rules;
  const Result<Claims> claims = test::ParseClaims(R"({"iss":"i","unix":"carol")" +
                                                  (members.empty() ? "" : "," + members) + "}");
  return FindRules(claims.value(), kept, login, ReadMap, true);
}

struct RuleCase {
  const char* name;
  RuleText rule;
  std::string_view members;
  std::string_view login;
  bool gives;
};

// The sub of each token is alice.
constexpr RuleCase kCases[] = {
    {"SubIsTheAccount", {}, "", "alice", true},
    {"SubIsNotAnother", {}, "", "bob", false},
    {"OtherCaseOfTheLogin", {}, "", "Alice", false},
    {"PrefixOfTheLogin", {}, "", "alic", false},
    {"Mail", {"email", "*@example.com"}, R"("email":"carol@example.com")", "carol", true},
    {"MailIsNotSub", {"email", "*@example.com"}, R"("email":"carol@example.com")", "alice", false},
    {"MailElsewhere", {"email", "*@example.com"}, R"("email":"carol@example.org")", "carol", false},
    {"MailWithMoreBehind",
     {"email", "*@example.com"},
     R"("email":"carol@example.com.evil")",
     "carol",
     false},
    {"MailNotFromTheMiddle",
     {"email", "*@example.com"},
     R"("email":"x,carol@example.com")",
     "carol",
     false},
    {"OtherCaseOfTheClaim", {"email", "*@example.com"}, R"("email":"C@EXAMPLE.com")", "C", false},
    {"NameAroundTheStar", {"sub", "*", "x-*-y"}, "", "x-alice-y", true},
    {"NameAroundTheStarNeedsAll", {"sub", "*", "x-*-y"}, "", "alice", false},
    {"EachElementOfAnArray", {"names"}, R"("names":["carol","dave"])", "dave", true},
    {"NoElementOfAnArray", {"names"}, R"("names":["carol","dave"])", "erin", false},
    {"NumberIsNoName", {"uid", "*", "n*"}, R"("uid":5)", "n5", false},
    {"TextIsOne", {"uid", "*", "n*"}, R"("uid":"5")", "n5", true},
    {"BooleanIsNoName", {"flag"}, R"("flag":true)", "true", false},
    {"AbsentClaim", {"email"}, "", "alice", false},
    {"NullClaim", {"email"}, R"("email":null)", "null", false},
    {"ScopeIsSplit", {"scope", "login:*"}, R"("scope":"openid login:carol")", "carol", true},
    {"Pointer", {"/ids/unix"}, R"("ids":{"unix":"carol"})", "carol", true},
    {"PatternGivesALiteral", {"sub", "a*", "deploy"}, "", "deploy", true},
    {"PatternGivesNotTheStar", {"sub", "a*", "deploy"}, "", "alice", false},
    {"LiteralPattern", {"sub", "alice", "root"}, "", "root", true},
    {"LiteralPatternOfAnother", {"sub", "bob", "root"}, "", "root", false},
    {"EmptyStar", {"email", "*@example.com"}, R"("email":"@example.com")", "", false},
    {"MadeNameOfANumber", {"id"}, R"("id":"1000")", "1000", false},
    {"MadeNameWithASlash", {"id"}, R"("id":"../root")", "../root", false},
    {"MadeNameWithADot", {"id"}, R"("id":"alice.smith")", "alice.smith", true},
    {"MadeNameWithAnAt", {"id"}, R"("id":"alice@ad.example")", "alice@ad.example", true},
    {"MadeNameOfDots", {"id"}, R"("id":"..")", "..", false},
    {"MadeNameWithADash", {"id"}, R"("id":"-i")", "-i", false},
    {"MadeNameWithANewline", {"id"}, R"("id":"a\nb")", "a\nb", false},
    {"NameOfAMember", {"/r/*", "acct-*"}, R"("r":{"acct-carol":{"1":"x"}})", "carol", true},
    {"NotWhatTheMemberHas", {"/r/*"}, R"("r":{"x":"carol"})", "carol", false},
    {"NotTheObjectItself", {"r"}, R"("r":{"carol":1})", "carol", false},
    {"NoNamesOfAText", {"/r/*"}, R"("r":"carol")", "carol", false},
    {"TextIsNotSplit", {"names"}, R"("names":"carol,dave")", "dave", false},
};

class FindRulesTest : public testing::TestWithParam<RuleCase> {};

TEST_P(FindRulesTest, GivesTheLoginOrNot) {
  const Result<GivenBy> given = Find({Rule(GetParam().rule)}, GetParam().members, GetParam().login);
  const auto refusal = GetParam().gives ? std::nullopt : std::optional(Reason::kAccountNotAllowed);
  EXPECT_TRUE(test::EndsIn(refusal, given));
}

INSTANTIATE_TEST_SUITE_P(FindRules, FindRulesTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(FindRules, LowercasesAToZBeforeThePattern) {
  AccountRule rule = Rule({"email", "*@example.com"});
  const std::string_view members = R"("email":"Carol.Á@EXAMPLE.com")";
  const std::string_view ascii = R"("email":"Carol@EXAMPLE.com")";
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, ascii, "carol")));
  rule.lowercase = true;
  EXPECT_TRUE(Accepted(Find({rule}, ascii, "carol")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, ascii, "Carol")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, members, "carol.á")));
}

TEST(FindRules, LowercasesNeitherThePatternNorTheName) {
  AccountRule rule = Rule({"sub", "A*", "X*"});
  rule.lowercase = true;
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, "", "Xlice")));
  rule.pattern = P("a*");
  EXPECT_TRUE(Accepted(Find({rule}, "", "Xlice")));
}

TEST(FindRules, LowercasesBeforeTheMapFile) {
  AccountRule rule = MapRule("email");
  const std::string_view members = R"("email":"Alice@Example.com")";
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, members, "al")));
  rule.lowercase = true;
  EXPECT_TRUE(Accepted(Find({rule}, members, "al")));
}

TEST(FindRules, NeverGivesAnExceptedAccountByThatRule) {
  AccountRule rule = Rule({});
  rule.except = {"ubuntu", "alice"};
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, "", "alice")));
  EXPECT_TRUE(Accepted(Find({rule, Rule({})}, "", "alice")));
  rule.except = {"ubuntu", "Alice", "alic"};
  EXPECT_TRUE(Accepted(Find({rule}, "", "alice")));
}

TEST(FindRules, HoldsTheExceptionAgainstTheAccountNotTheClaim) {
  AccountRule rule = Rule({"sub", "*", "x-*"});
  rule.except = {"alice"};
  EXPECT_TRUE(Accepted(Find({rule}, "", "x-alice")));
  rule.except = {"x-alice"};
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, "", "x-alice")));
}

TEST(FindRules, ExceptsFromLiteralAndMapRulesToo) {
  AccountRule literal = Rule({"sub", "alice", "deploy"});
  AccountRule map = MapRule("sub");
  EXPECT_TRUE(Accepted(Find({literal}, "", "deploy")));
  EXPECT_TRUE(Accepted(Find({map}, "", "alice")));
  literal.except = {"deploy"};
  map.except = {"alice"};
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({literal}, "", "deploy")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({map}, "", "alice")));
}

TEST(FindRules, TakesAnyRuleThatHolds) {
  const std::vector<AccountRule> rules = {Rule({"email"}, 1), Rule({"sub", "x*"}, 2), Rule({}, 3)};
  const Result<GivenBy> given = Find(rules, "", "alice");
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().literal, nullptr);
  EXPECT_EQ(given.value().star->at.line, 3U);
}

TEST(FindRules, TellsLiteralFromStar) {
  const std::vector<AccountRule> rules = {Rule({}, 1), Rule({"sub", "a*", "alice"}, 2)};
  const Result<GivenBy> both = Find(rules, "", "alice");
  ASSERT_TRUE(Accepted(both));
  EXPECT_EQ(both.value().star->at.line, 1U);
  EXPECT_EQ(both.value().literal->at.line, 2U);
}

TEST(FindRules, NamesTheFirstOfTwoRulesOfAKind) {
  const AccountRule literal = Rule({"sub", "a*", "alice"}, 3);
  const AccountRule next_literal = Rule({"sub", "*", "alice"}, 4);
  const Result<GivenBy> given =
      Find({Rule({}, 1), Rule({"sub"}, 2), literal, next_literal}, "", "alice");
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().star->at.line, 1U);
  EXPECT_EQ(given.value().literal->at.line, 3U);
  EXPECT_EQ(given.value().why,
            R"(sub "alice" by pattern "*", name "*"; sub "alice" by pattern "a*", name "alice")");
}

TEST(FindRules, PermitsWhatEachOfTheRulesPermits) {
  AccountRule first = Rule({}, 1);
  AccountRule second = Rule({"sub", "a*", "a*"}, 2);
  AccountRule literal = Rule({"sub", "*", "alice"}, 3);
  first.key_options.text = "restrict,pty,user-rc";
  second.key_options.text = "restrict,pty,verify-required";
  const std::vector<AccountRule> rules = {first, second, literal};
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    const Result<GivenBy> given =
        Find({rules[order[0]], rules[order[1]], rules[order[2]]}, "", "alice");
    ASSERT_TRUE(Accepted(given));
    EXPECT_EQ(given.value().key_options, "restrict,pty,verify-required");
    EXPECT_EQ(given.value().rule().at.line, 3U);
    const std::size_t first_star = order[0] == 2 ? order[1] : order[0];
    EXPECT_EQ(given.value().star->at.line, rules[first_star].at.line);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(FindRules, TakesNoKeyOptionsOfARuleThatDoesNotHold) {
  AccountRule other = Rule({"sub", "b*", "*"}, 2);
  other.key_options.text = "restrict";
  AccountRule unmet = Rule({"sub", "*", "*"}, 3);
  unmet.key_options.text = "restrict";
  unmet.require = {Groups("ops", 4)};
  const Result<GivenBy> given = Find({Rule({}, 1), other, unmet}, "", "alice");
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().key_options, "");
  const Result<GivenBy> with_both = Find({Rule({}, 1), other, unmet}, R"("groups":"ops")", "alice");
  ASSERT_TRUE(Accepted(with_both));
  EXPECT_EQ(with_both.value().key_options, "restrict");
}

// Whether its key_options hold is not known.
TEST(FindRules, HasNoVerdictWhereTheMapFileOfAFurtherRuleCannotBeRead) {
  AccountRule further = MapRule("sub", 6);
  further.map_file = "/etc/other";
  const AccountRule literal = Rule({"sub", "*", "alice"}, 1);
  EXPECT_TRUE(Accepted(Find({literal, further}, "", "alice")));
  further.key_options.text = "restrict";
  EXPECT_TRUE(RefusedAt(Reason::kMapUnusable, 6, Find({literal, further}, "", "alice")));
}

TEST(FindRules, CountsAMapFileAsLiteral) {
  const Result<GivenBy> given = Find({MapRule("sub", 4)}, "", "alice");
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().literal->at.line, 4U);
  EXPECT_EQ(given.value().star, nullptr);
}

TEST(FindRules, SaysWhichLineOfTheMapFile) {
  const Result<GivenBy> given = Find({MapRule("email")}, R"("email":"alice@example.com")", "al");
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().why, R"(email "alice@example.com" by /etc/map:2)");
}

TEST(FindRules, SearchesTheMapFileForEachOfTheValues) {
  const std::string_view groups = R"("groups":["none",7,"a b","service","alice"])";
  const Result<GivenBy> given = Find({MapRule("groups")}, groups, "backup");
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().why, R"(groups "service" by /etc/map:3)");
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({MapRule("groups")}, groups, "al")));
}

TEST(FindRules, HasNoVerdictWhereTheMapFileCannotBeRead) {
  AccountRule rule = MapRule("sub", 6);
  rule.map_file = "/etc/other";
  EXPECT_TRUE(RefusedAt(Reason::kMapUnusable, 6, Find({rule}, "", "alice")));
  // It is not needed where the claim is absent.
  rule.claim = test::Named("email");
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, "", "alice")));
}

/// Returns the number of pieces of a long map file that are read to find out whether the rules give
/// the account `login`. The lines with accounts are at the beginning, in the middle and at the end.
int PiecesReadFor(const std::vector<AccountRule>& rules, std::string_view login, bool is_given) {
  const std::string filler(300, '#');
  const std::string text =
      "alice alice\n" + filler + "\nalice@example.com al\n" + filler + "\nservice backup\n";
  int pieces = 0;
  const MapFileReader read = [&](const std::string& /*path*/, const TakePiece& take) -> Status {
    for (std::size_t at = 0; at < text.size(); at += 10) {
      ++pieces;
      if (!take(std::string_view(text).substr(at, 10))) break;
    }
    return Ok();
  };
  const Claims claims = ClaimsWith(R"("email":"alice@example.com","groups":["service"])");
  EXPECT_EQ(FindRules(claims, rules, login, read, false).ok(), is_given);
  return pieces;
}

TEST(FindRules, ReadsAMapFileOnceForAllRulesThatNameIt) {
  const int all = PiecesReadFor({MapRule("sub")}, "nobody", false);
  EXPECT_GT(all, 60);
  const std::vector<AccountRule> three = {MapRule("sub"), MapRule("email"), MapRule("groups")};
  EXPECT_EQ(PiecesReadFor(three, "nobody", false), all);
  EXPECT_EQ(PiecesReadFor(three, "backup", true), all);
  EXPECT_LE(PiecesReadFor(three, "al", true), all);
}

TEST(FindRules, ReadsNoFurtherThanTheLineThatGivesTheAccount) {
  const std::vector<AccountRule> three = {MapRule("sub"), MapRule("email"), MapRule("groups")};
  EXPECT_LE(PiecesReadFor(three, "alice", true), 2);
}

TEST(FindRules, ReadsNoFurtherThanTheLastLineThatIsLookedFor) {
  AccountRule rule = MapRule("sub");
  rule.require = {Groups("ops", 2)};
  EXPECT_LE(PiecesReadFor({rule}, "alice", false), 2);
}

TEST(FindRules, SearchesAMapFileForThoseRulesOnlyThatNameIt) {
  const MapFileReader read = [](const std::string& path, const TakePiece& take) -> Status {
    take(path == "/etc/map" ? kMap : "service nobody\n");
    return Ok();
  };
  const Claims claims = ClaimsWith(R"("groups":["service"])");
  std::vector<AccountRule> rules = {MapRule("sub", 1), MapRule("groups", 2)};
  EXPECT_TRUE(Accepted(FindRules(claims, rules, "backup", read, false)));
  rules[1].map_file = "/etc/other";
  EXPECT_TRUE(
      RefusedFor(Reason::kAccountNotAllowed, FindRules(claims, rules, "backup", read, false)));
}

// The first rule finds its line at once, but its condition does not hold.
TEST(FindRules, ReadsAMapFileOnceIfTheRuleOfTheFirstLineDoesNotHold) {
  const int all = PiecesReadFor({MapRule("sub")}, "nobody", false);
  std::vector<AccountRule> rules = {MapRule("sub", 1), MapRule("sub", 2), MapRule("groups", 3)};
  rules[0].require = {Groups("ops", 4)};
  EXPECT_EQ(PiecesReadFor(rules, "alice", true), all);
  const Claims claims = ClaimsWith(R"("groups":["service"])");
  const Result<GivenBy> given = FindRules(claims, rules, "alice", ReadMap, false);
  ASSERT_TRUE(Accepted(given));
  EXPECT_EQ(given.value().literal->at.line, 2U);
}

TEST(FindRules, ReadsAMapFileForThoseRulesOnlyThatMayGiveTheAccount) {
  std::vector<AccountRule> rules = {MapRule("none"), MapRule("sub")};
  EXPECT_EQ(PiecesReadFor({rules[0]}, "alice", false), 0);
  rules[1].except = {"alice"};
  EXPECT_EQ(PiecesReadFor(rules, "alice", false), 0);
}

TEST(FindRules, NamesTheRuleThatNeedsAMapFileThatCannotBeRead) {
  std::vector<AccountRule> rules = {MapRule("none", 5), MapRule("sub", 6), MapRule("sub", 7)};
  for (AccountRule& rule : rules) rule.map_file = "/etc/other";
  EXPECT_TRUE(RefusedAt(Reason::kMapUnusable, 6, Find(rules, "", "alice")));
}

TEST(FindRules, AsksEveryConditionOfARule) {
  AccountRule rule = Rule({"sub", "*", "deploy"}, 2);
  rule.require = {Groups("ops", 3), Groups("prod", 4)};
  EXPECT_TRUE(Accepted(Find({rule}, R"("groups":["ops","prod"])", "deploy")));
  EXPECT_TRUE(
      RefusedAt(Reason::kAccountNotAllowed, 4, Find({rule}, R"("groups":["ops"])", "deploy")));
  EXPECT_TRUE(
      RefusedAt(Reason::kAccountNotAllowed, 3, Find({rule}, R"("groups":["prod"])", "deploy")));
  EXPECT_TRUE(RefusedAt(Reason::kAccountNotAllowed, 3, Find({rule}, "", "deploy")));
}

TEST(FindRules, NamesTheConditionsOfTheRuleThatGivesTheAccount) {
  AccountRule rule = Rule({"sub", "*", "deploy"});
  rule.require = {Groups("ops", 3), Groups("prod", 4)};
  EXPECT_EQ(Find({rule}, R"("groups":["prod","ops"])", "deploy").value().why,
            R"(sub "alice" by pattern "*", name "deploy", with groups any_of ["ops"])"
            R"(, with groups any_of ["prod"])");
}

TEST(FindRules, BlamesOverageWhereTheClaimWasLeftOut) {
  AccountRule rule = Rule({"sub", "*", "deploy"}, 2);
  rule.require = {Groups("ops", 3)};
  const std::string_view left_out = R"("_claim_names":{"groups":"src1"})";
  EXPECT_TRUE(RefusedAt(Reason::kOverage, 3, Find({rule}, left_out, "deploy")));
  // Not where the rule would not give the account anyway, nor where another rule does.
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, left_out, "root")));
  EXPECT_TRUE(Accepted(Find({rule, Rule({"sub", "alice", "deploy"})}, left_out, "deploy")));
}

TEST(FindRules, BlamesOverageOfAnyRuleBeforeOtherConditions) {
  AccountRule unmet = Rule({"sub", "*", "deploy"}, 2);
  unmet.require = {{test::Named("team"), false, {P("ops")}, {0, 3}}};
  AccountRule left_out = Rule({"sub", "*", "deploy"}, 4);
  left_out.require = {Groups("ops", 5)};
  const std::string_view members = R"("team":"dev","_claim_names":{"groups":"src1"})";
  EXPECT_TRUE(RefusedAt(Reason::kOverage, 5, Find({unmet, left_out}, members, "deploy")));
  EXPECT_TRUE(RefusedAt(Reason::kOverage, 5, Find({left_out, unmet}, members, "deploy")));
  EXPECT_TRUE(RefusedAt(Reason::kAccountNotAllowed, 3, Find({unmet, unmet}, members, "deploy")));
}

TEST(FindRules, RefusesWhereThereAreNoRules) {
  EXPECT_TRUE(RefusedAt(Reason::kAccountNotAllowed, 0, Find({}, "", "alice")));
}

// RFC 9068 §5: a sub that is the client is not a person.
TEST(FindRules, GivesAProgramNoAccountByAStar) {
  const std::vector<AccountRule> star = {Rule({})};
  for (const char* const name : {"client_id", "azp"}) {
    const std::string own = "\"" + std::string(name) + R"(":"alice")";
    const std::string other = "\"" + std::string(name) + R"(":"alice2")";
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find(star, own, "alice"))) << name;
    EXPECT_TRUE(Accepted(Find(star, other, "alice"))) << name;
    EXPECT_TRUE(Accepted(Find({Rule({"sub", "alice", "alice"})}, own, "alice"))) << name;
    EXPECT_TRUE(Accepted(Find({MapRule("sub")}, own, "alice"))) << name;
  }
}

TEST(FindRules, GivesAProgramNoAccountByAStarOverAnotherClaim) {
  const std::vector<AccountRule> star = {Rule({"email", "*@example.com"})};
  const std::string mail = R"("email":"carol@example.com")";
  EXPECT_TRUE(Accepted(Find(star, mail, "carol")));
  EXPECT_TRUE(
      RefusedFor(Reason::kAccountNotAllowed, Find(star, mail + R"(,"azp":"alice")", "carol")));
}

// The type of client_id and azp matters to nobody but this rule, which compares their texts.
TEST(FindRules, KnowsAProgramWhateverTypeItsClientHas) {
  const std::vector<AccountRule> star = {Rule({"unix"})};
  for (const char* const own :
       {R"("client_id":7,"sub":"7")", R"("client_id":"7","sub":7)", R"("azp":["x","7"],"sub":"7")",
        R"("azp":null,"client_id":"7","sub":"7")"}) {
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, FindBare(star, own, "carol"))) << own;
  }
  for (const char* const other : {R"("client_id":7,"sub":"8")", R"("azp":["x","7"],"sub":"8")",
                                  R"("azp":null,"client_id":{},"sub":"7")"}) {
    EXPECT_TRUE(Accepted(FindBare(star, other, "carol"))) << other;
  }
}

TEST(FindRules, TakesWhatAStarRuleReadsForTheSubjectOfATokenWithoutOne) {
  const std::vector<AccountRule> star = {Rule({"unix"})};
  for (const char* const sub : {"", R"("sub":"",)", R"("sub":null,)"}) {
    const std::string members(sub);
    EXPECT_TRUE(Accepted(FindBare(star, members + R"("azp":"app")", "carol"))) << sub;
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed,
                           FindBare(star, members + R"("azp":"carol")", "carol")))
        << sub;
  }
}

// The configuration accepts such a rule only with a require.
TEST(FindRules, GivesALiteralNameWithoutASubject) {
  AccountRule rule = Rule({"sub", "*", "deploy"});
  rule.require = {{test::Named("unix"), false, {P("carol")}, {0, 3}}};
  EXPECT_TRUE(Accepted(FindBare({rule}, "", "deploy")));
  EXPECT_TRUE(Accepted(FindBare({rule}, R"("sub":7)", "deploy")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, FindBare({rule}, "", "carol")));
  rule.require = {{test::Named("unix"), false, {P("dave")}, {0, 3}}};
  EXPECT_TRUE(RefusedAt(Reason::kAccountNotAllowed, 3, FindBare({rule}, "", "deploy")));
}

TEST(FindRules, GivesNothingElseWithoutASubject) {
  AccountRule literal = Rule({"sub", "a*", "deploy"});
  literal.require = {{test::Named("unix"), false, {P("carol")}, {0, 3}}};
  EXPECT_TRUE(Accepted(FindBare({literal}, R"("sub":"alice")", "deploy")));
  for (const AccountRule& rule : {literal, Rule({}), Rule({"groups", "*", "deploy"})}) {
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, FindBare({rule}, "", "deploy")));
  }
  EXPECT_TRUE(Accepted(FindBare({MapRule("sub")}, R"("sub":"alice")", "alice")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, FindBare({MapRule("sub")}, "", "alice")));
}

TEST(FindRules, RefusesANameThatNoAccountCanHaveWhateverTheRule) {
  EXPECT_TRUE(
      RefusedFor(Reason::kAccountNotAllowed, Find({Rule({"sub", "a*", "1000"})}, "", "1000")));
  EXPECT_TRUE(Accepted(Find({Rule({"sub", "a*", "u1000"})}, "", "u1000")));
}

AccountRule Any(AccountRule rule) {
  rule.names = AccountNames::kAny;
  return rule;
}

TEST(FindRules, GivesAnyNameLiterallyIfTheIssuerMay) {
  for (const std::string name : {"1000", "CORP\\carol", "jos\xc3\xa9"}) {
    const AccountRule rule = Rule({"sub", "alice", name});
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, "", name))) << name;
    EXPECT_TRUE(Accepted(Find({Any(rule)}, "", name))) << name;
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({Any(rule)}, "", "alice"))) << name;
  }
  for (const std::string name : {"a/b", "-a", "a:b", "..", " a", "a\n", "\xff", ""}) {
    EXPECT_TRUE(
        RefusedFor(Reason::kAccountNotAllowed, Find({Any(Rule({"sub", "alice", name}))}, "", name)))
        << name;
  }
}

// A program could take a number from a token for a uid.
TEST(FindRules, MakesNoOtherNamesFromAClaim) {
  for (const std::string name : {"1000", "jos\xc3\xa9", "a b"}) {
    const std::string members = R"("id":")" + name + "\"";
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({Any(Rule({"id"}))}, members, name)))
        << name;
    EXPECT_TRUE(Accepted(Find({Any(Rule({"id", name, name}))}, members, name))) << name;
  }
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({Any(Rule({"id", "*", "CORP\\*"}))},
                                                          R"("id":"carol")", "CORP\\carol")));
}

Status ReadMapOfAnyNames(const std::string& /*path*/, const TakePiece& take) {
  test::GiveInPieces("alice 1000 CORP\\carol a/b\n", 5, take);
  return Ok();
}

TEST(FindRules, GivesAnyNameByAMapFileIfTheIssuerMay) {
  const Claims claims = ClaimsWith("");
  const std::vector<AccountRule> posix = {MapRule("sub")};
  const std::vector<AccountRule> any = {Any(MapRule("sub"))};
  for (const std::string_view name : {"1000", "CORP\\carol"}) {
    EXPECT_TRUE(Accepted(FindRules(claims, any, name, ReadMapOfAnyNames, false))) << name;
    EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed,
                           FindRules(claims, posix, name, ReadMapOfAnyNames, false)))
        << name;
  }
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed,
                         FindRules(claims, any, "a/b", ReadMapOfAnyNames, false)));
}

TEST(FindRules, SaysThatTheNameIsTheReason) {
  const auto why = [](const std::vector<AccountRule>& rules, std::string_view login) {
    return test::DetailOf(Find(rules, "", login));
  };
  EXPECT_EQ(
      why({Rule({}), Rule({"sub", "alice", "1000"})}, "1000"),
      R"(no rule gives the account "1000": the name is a number, which programs may take for )"
      R"(a uid; with account_names = "any", a literal name or a map file may give it, but no )"
      "name that is made from a claim");
  EXPECT_EQ(
      why({Any(Rule({"sub", "bob", "1000"}))}, "1000"),
      R"(no rule gives the account "1000": the name is a number, which programs may take for )"
      R"(a uid; with account_names = "any", a literal name or a map file may give it, but no )"
      R"(name that is made from a claim; sub "alice" does not fit "bob")");
  EXPECT_TRUE(why({Any(Rule({}))}, "a/b").ends_with("with one of . @ -; no rule may give it"))
      << why({Any(Rule({}))}, "a/b");
  EXPECT_EQ(why({Rule({"sub", "bob", "deploy"})}, "deploy"),
            R"(no rule gives the account "deploy": sub "alice" does not fit "bob")");
}

AccountRule Splits(std::string_view separators, AccountRule rule) {
  rule.split = separators;
  return rule;
}

TEST(FindRules, SaysWhatEachRuleGives) {
  const auto detail = [](const AccountRule& rule, std::string_view members) {
    const std::string text = test::DetailOf(Find({rule}, members, "deploy"));
    return text.substr(text.find(": ") + 2);
  };
  const AccountRule star = Rule({});
  const AccountRule literal = Rule({"sub", "x*", "deploy"});
  const std::string_view own = R"("azp":"alice")";
  EXPECT_EQ(detail(star, ""), R"(sub "alice" gives "alice")");
  EXPECT_EQ(detail(star, own), "nothing for a program's own token (sub is its client_id or azp)");
  EXPECT_EQ(detail(literal, own), R"(sub "alice" does not fit "x*")");
  EXPECT_EQ(detail(MapRule("sub"), own),
            R"(sub "alice" has no line with this account in /etc/map)");
  EXPECT_EQ(detail(Rule({"unix"}), ""), "no claim unix");
  EXPECT_EQ(detail(Rule({"unix"}), R"("unix":[])"), "claim unix has no text");
  for (const AccountRule& rule : {star, MapRule("sub")}) {
    EXPECT_EQ(test::DetailOf(FindBare({rule}, "", "deploy")),
              "no rule gives the account \"deploy\": no claim sub");
  }
  EXPECT_EQ(detail(Rule({"unix"}), R"("unix":["a","b"])"),
            R"(unix "a" gives "a", unix "b" gives "b")");
}

TEST(FindRules, SaysWhatRulesGiveUntilAThousandBytes) {
  const auto detail = [](std::size_t letters) {
    const std::string pattern = std::string(letters, 'x') + "*";
    const std::string text = test::DetailOf(
        Find({Rule({"sub", pattern, "deploy"}), Rule({"sub", "y*", "deploy"})}, "", "deploy"));
    return text.substr(text.find(": "));
  };
  const std::string first = R"(: sub "alice" does not fit ")";
  const std::size_t letters = 1000 - first.size() - std::string_view(R"(*")").size();
  EXPECT_EQ(detail(letters),
            first + std::string(letters, 'x') + R"(*"; sub "alice" does not fit "y*")");
  EXPECT_EQ(detail(letters + 1), first + std::string(letters + 1, 'x') + R"(*"; ...)");
}

TEST(FindRules, SplitsATextIntoValues) {
  const std::string_view members = R"("names":"acct-carol, acct-dave;x")";
  const AccountRule rule = Splits(",;", Rule({"names", "acct-*"}));
  EXPECT_TRUE(Accepted(Find({rule}, members, "carol")));
  EXPECT_TRUE(Accepted(Find({rule}, members, "dave")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({rule}, members, "x")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({Splits("|", rule)}, members, "carol")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed,
                         Find({rule}, R"("names":["acct-carol,acct-dave"])", "carol")));
}

TEST(FindRules, SplitsATextBeforeTheMapFile) {
  const std::string_view members = R"("groups":"none;service")";
  EXPECT_TRUE(Accepted(Find({Splits(";", MapRule("groups"))}, members, "backup")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Find({MapRule("groups")}, members, "backup")));
}

// A token without a sub: the rule reads the pieces, and the whole text may be the client's name.
TEST(FindRules, ComparesThePiecesWithTheClientOfATokenWithoutASubject) {
  const std::vector<AccountRule> star = {Splits(",", Rule({"unix"}))};
  const auto find = [&](std::string_view azp) {
    const Result<Claims> claims =
        test::ParseClaims(R"({"iss":"i","unix":"carol,dave","azp":")" + std::string(azp) + "\"}");
    return FindRules(claims.value(), star, "carol", ReadMap, false);
  };
  EXPECT_TRUE(Accepted(find("app")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, find("dave")));
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, find("carol,dave")));
}

TEST(FindRules, SaysThatAClaimIsAnObject) {
  EXPECT_EQ(test::DetailOf(Find({Rule({"roles"})}, R"("roles":{"carol":1})", "carol")),
            R"(no rule gives the account "carol": claim roles is an object with members "carol": )"
            "write /roles/* to compare their names");
}

struct AdmitCase {
  const char* name;
  RuleText rule;
  bool local_account;
  std::string_view login;
  std::optional<Reason> refusal;
};

// Accounts: alice 1000, daemon 999, nobody 65534, root 0; al 1500 and SYS 999, which NSS calls Al
// and sys.
constexpr AdmitCase kAdmits[] = {
    {"AtMinUid", {}, true, "alice", std::nullopt},
    {"BelowMinUidByAStar", {"who"}, true, "daemon", Reason::kAccountNotAllowed},
    {"BelowMinUidByName", {"who", "dae*", "daemon"}, true, "daemon", std::nullopt},
    {"RootByAStar", {"who"}, true, "root", Reason::kAccountNotAllowed},
    {"RootByName", {"who", "roo*", "root"}, true, "root", std::nullopt},
    {"NobodyByAStar", {"who"}, true, "nobody", Reason::kAccountNotAllowed},
    {"NobodyByName", {"who", "nob*", "nobody"}, true, "nobody", std::nullopt},
    {"AbsentByAStar", {"who"}, true, "ghost", Reason::kAccountUnknown},
    {"AbsentByName", {"who", "gho*", "ghost"}, true, "ghost", Reason::kAccountUnknown},
    {"AnotherNameInNss", {"who"}, true, "al", Reason::kAccountUnknown},
    {"NotLocalAbsentByAStar", {"who"}, false, "ghost", std::nullopt},
    {"NotLocalAbsentByName", {"who", "gho*", "ghost"}, false, "ghost", std::nullopt},
    {"NotLocalBelowMinUidByAStar", {"who"}, false, "daemon", Reason::kAccountNotAllowed},
    {"NotLocalBelowMinUidByName", {"who", "dae*", "daemon"}, false, "daemon", std::nullopt},
    {"NotLocalRootByAStar", {"who"}, false, "root", Reason::kAccountNotAllowed},
    {"NotLocalNobodyByAStar", {"who"}, false, "nobody", Reason::kAccountNotAllowed},
    {"NotLocalAboveMinUidByAStar", {"who"}, false, "alice", std::nullopt},
    {"NotLocalBelowMinUidByAnotherName", {"who"}, false, "SYS", Reason::kAccountNotAllowed},
    {"NotLocalAboveMinUidByAnotherName", {"who"}, false, "al", std::nullopt},
};

Result<std::optional<SystemAccount>> FindAccount(std::string_view name) {
  static const std::map<std::string, SystemAccount, std::less<>> kAccounts = {
      {"alice", {"alice", 1000}}, {"daemon", {"daemon", 999}}, {"nobody", {"nobody", 65534}},
      {"al", {"Al", 1500}},       {"root", {"root", 0}},       {"SYS", {"sys", 999}},
  };
  const auto found = kAccounts.find(name);
  if (found == kAccounts.end()) return std::optional<SystemAccount>();
  return std::optional(found->second);
}

/// Admits a token of alice, whose claim who names several accounts.
Result<LocalAccount> Admit(const AccountPolicy& policy, std::string_view login,
                           const AccountFinder& find, Trace* trace = nullptr) {
  const Claims claims =
      ClaimsWith(R"("who":["alice","daemon","nobody","ghost","al","root","SYS"])");
  ClaimPolicy claim_policy;
  claim_policy.audiences.value = {"ssh://host.example"};
  const Result<AcceptedClaims> accepted =
      AcceptedClaims::Check(claims, claim_policy, nullptr, {test::kNow, {30}}, nullptr);
  return LocalAccount::Admit(accepted.value(), policy, login, {ReadMap, find}, trace);
}

class AdmitTest : public testing::TestWithParam<AdmitCase> {};

TEST_P(AdmitTest, LetsInAsTheAccountOrNamesTheRuleThatRefused) {
  const std::vector<AccountRule> rules = {Rule(GetParam().rule, 12)};
  const Result<LocalAccount> account =
      Admit({&rules, GetParam().local_account, 1000}, GetParam().login, FindAccount);
  if (GetParam().refusal.has_value()) {
    EXPECT_TRUE(RefusedAt(*GetParam().refusal, 12, account));
    return;
  }
  ASSERT_TRUE(Accepted(account));
  EXPECT_EQ(account.value().name(), GetParam().login);
  EXPECT_EQ(account.value().rule().line, 12U);
}

INSTANTIATE_TEST_SUITE_P(LocalAccount, AdmitTest, testing::ValuesIn(kAdmits), test::kCaseName);

TEST(LocalAccount, ComesByTheRuleThatNamesItWhereBothKindsGiveIt) {
  const std::vector<AccountRule> rules = {Rule({"who"}, 1), Rule({"sub", "alice", "daemon"}, 2)};
  const Result<LocalAccount> account = Admit({&rules, true, 1000}, "daemon", FindAccount);
  ASSERT_TRUE(Accepted(account));
  EXPECT_EQ(account.value().rule().line, 2U);
}

TEST(LocalAccount, MayHaveAnyUidByAMapFile) {
  const std::vector<AccountRule> rules = {MapRule("sub")};
  EXPECT_TRUE(Accepted(Admit({&rules, true, 70000}, "alice", FindAccount)));
  const std::vector<AccountRule> star = {Rule({})};
  EXPECT_TRUE(
      RefusedFor(Reason::kAccountNotAllowed, Admit({&star, true, 70000}, "alice", FindAccount)));
}

TEST(LocalAccount, IsNobodysWhereMinUidIsZeroEither) {
  const std::vector<AccountRule> rules = {Rule({"who"})};
  EXPECT_TRUE(Accepted(Admit({&rules, true, 0}, "root", FindAccount)));
  EXPECT_TRUE(
      RefusedFor(Reason::kAccountNotAllowed, Admit({&rules, true, 0}, "nobody", FindAccount)));
}

class LastStep : public Trace {
 public:
  void Add(Step step) override { last = std::move(step); }

  Step last;
};

TEST(LocalAccount, HasItsUidInTheTrace) {
  const std::vector<AccountRule> rules = {Rule({"who"})};
  LastStep trace;
  EXPECT_TRUE(Accepted(Admit({&rules, false, 1000}, "alice", FindAccount, &trace)));
  EXPECT_EQ(trace.last.name, "account");
  EXPECT_EQ(trace.last.detail, "uid 1000");
  EXPECT_TRUE(Accepted(Admit({&rules, false, 1000}, "ghost", FindAccount, &trace)));
  EXPECT_EQ(trace.last.detail, "no account of this host");
}

TEST(LocalAccount, IsNotLookedUpBeforeARuleGivesIt) {
  const std::vector<AccountRule> rules = {Rule({})};
  int calls = 0;
  const auto count = [&](std::string_view name) {
    ++calls;
    return FindAccount(name);
  };
  EXPECT_TRUE(RefusedFor(Reason::kAccountNotAllowed, Admit({&rules, true, 1000}, "daemon", count)));
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(Accepted(Admit({&rules, true, 1000}, "alice", count)));
  EXPECT_EQ(calls, 1);
}

TEST(LocalAccount, HasNoVerdictWhereTheLookupFails) {
  const std::vector<AccountRule> rules = {Rule({})};
  const auto fail = [](std::string_view) -> Result<std::optional<SystemAccount>> {
    return Error{Reason::kInternal, "lookup"};
  };
  EXPECT_TRUE(RefusedFor(Reason::kInternal, Admit({&rules, false, 1000}, "alice", fail)));
}

}  // namespace
}  // namespace pamjwt
