#include "core/claims/condition.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/claims_of.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::ClaimsWith;
using Member = Condition::Member;

constexpr Origin kLine{0, 31};

Pattern P(std::string_view text) {
  return Pattern::Parse(text).value();
}

Condition AnyOf(std::string_view claim, std::vector<Member> members) {
  return {test::Named(claim), false, std::move(members), kLine};
}
Condition AllOf(std::string_view claim, std::vector<Member> members) {
  return {test::Named(claim), true, std::move(members), kLine};
}

Condition Splits(std::string_view separators, Condition condition) {
  condition.split = separators;
  return condition;
}

struct ConditionCase {
  const char* name;
  Condition condition;
  std::string_view members;
  bool holds;
};

const ConditionCase kCases[] = {
    {"AnyOfFirst", AnyOf("g", {P("ops"), P("sre")}), R"("g":["ops"])", true},
    {"AnyOfSecond", AnyOf("g", {P("ops"), P("sre")}), R"("g":["x","sre"])", true},
    {"AnyOfNone", AnyOf("g", {P("ops"), P("sre")}), R"("g":["x"])", false},
    {"AnyOfEmptyList", AnyOf("g", {P("*")}), R"("g":[])", false},
    {"AllOfBoth", AllOf("g", {P("ssh"), P("prod")}), R"("g":["prod","x","ssh"])", true},
    {"AllOfOne", AllOf("g", {P("ssh"), P("prod")}), R"("g":["ssh"])", false},
    {"AllOfEmptyList", AllOf("g", {P("*")}), R"("g":[])", false},
    {"AllOfOneValueForTwoPatterns", AllOf("g", {P("a*"), P("*b")}), R"("g":"ab")", true},
    {"StringIsAListOfOne", AnyOf("g", {P("ops")}), R"("g":"ops")", true},
    {"StringIsNotSplit", AnyOf("g", {P("ops")}), R"("g":"ops sre")", false},
    {"ScopeIsSplit", AllOf("scope", {P("a"), P("b")}), R"("scope":"b a")", true},
    {"ScopeWordIsWhole", AnyOf("scope", {P("ssh")}), R"("scope":"sshd")", false},
    {"PatternWithStar", AnyOf("ref", {P("refs/tags/*")}), R"("ref":"refs/tags/v1")", true},
    {"PatternWithoutStarIsWhole", AnyOf("ref", {P("refs")}), R"("ref":"refs/tags/v1")", false},
    {"OtherCase", AnyOf("g", {P("ops")}), R"("g":"OPS")", false},
    {"True", AnyOf("v", {true}), R"("v":true)", true},
    {"TrueAgainstFalse", AnyOf("v", {true}), R"("v":false)", false},
    {"TrueAgainstText", AnyOf("v", {true}), R"("v":"true")", false},
    {"TrueAgainstOne", AnyOf("v", {true}), R"("v":1)", false},
    {"TextAgainstTrue", AnyOf("v", {P("true")}), R"("v":true)", false},
    {"StarAgainstTrue", AnyOf("v", {P("*")}), R"("v":true)", false},
    {"False", AnyOf("v", {false}), R"("v":false)", true},
    {"Integer", AnyOf("n", {std::int64_t{3}}), R"("n":3)", true},
    {"IntegerAgainstAnother", AnyOf("n", {std::int64_t{3}}), R"("n":4)", false},
    {"IntegerAgainstText", AnyOf("n", {std::int64_t{3}}), R"("n":"3")", false},
    {"IntegerWithAPoint", AnyOf("n", {std::int64_t{22}}), R"("n":22.0)", true},
    {"IntegerWithAnExponent", AnyOf("n", {std::int64_t{22}}), R"("n":2.2e1)", true},
    {"IntegerAgainstFraction", AnyOf("n", {std::int64_t{22}}), R"("n":22.5)", false},
    {"IntegerAgainstAnOddFraction", AnyOf("n", {std::int64_t{22}}), R"("n":22.0000000000000000001)",
     false},
    {"IntegerAgainstTextWithAPoint", AnyOf("n", {std::int64_t{22}}), R"("n":"22.0")", false},
    {"IntegerAgainstTrue", AnyOf("n", {std::int64_t{1}}), R"("n":true)", false},
    {"TextAgainstInteger", AnyOf("n", {P("3")}), R"("n":3)", false},
    {"IntegerAbove53Bits", AnyOf("n", {std::int64_t{9007199254740993}}), R"("n":9007199254740992)",
     false},
    {"IntegerAbove53BitsWithAPoint", AnyOf("n", {std::int64_t{9007199254740993}}),
     R"("n":9007199254740992.0)", false},
    {"TheSameIntegerAbove53BitsWithAPoint", AnyOf("n", {std::int64_t{9007199254740993}}),
     R"("n":9007199254740993.0)", true},
    {"IntegerBelow53BitsWithAPoint", AnyOf("n", {std::int64_t{9007199254740992}}),
     R"("n":9007199254740993.0)", false},
    {"IntegerInAnArray", AnyOf("n", {std::int64_t{3}}), R"("n":["3",3])", true},
    {"MembersOfAllTypes", AllOf("n", {P("a"), std::int64_t{1}, true}), R"("n":["a",1,true])", true},
    {"Null", AnyOf("n", {P("*")}), R"("n":null)", false},
    {"Absent", AnyOf("n", {P("*")}), R"("m":"x")", false},
    {"AbsentIsNotFalse", AnyOf("v", {false}), R"("m":1)", false},
    {"Pointer", AllOf("/realm_access/roles", {P("ssh")}), R"("realm_access":{"roles":["ssh"]})",
     true},
    {"PointerToAnother", AllOf("/realm_access/roles", {P("ssh")}),
     R"("realm_access":{"role":["ssh"]})", false},
    {"NameOfAMember", AnyOf("/urn:zitadel:iam:org:project:roles/*", {P("admin")}),
     R"("urn:zitadel:iam:org:project:roles":{"admin":{"23":"org.example"}})", true},
    {"NameOfNoMember", AnyOf("/urn:zitadel:iam:org:project:roles/*", {P("admin")}),
     R"("urn:zitadel:iam:org:project:roles":{"viewer":{"23":"admin"}})", false},
    {"NamesOfAllMembers", AllOf("/r/*", {P("a*"), P("b")}), R"("r":{"b":0,"ax":0,"c":0})", true},
    {"NamesOfAListAreNone", AnyOf("/r/*", {P("admin")}), R"("r":["admin"])", false},
    {"NamesOfATextAreNone", AnyOf("/r/*", {P("*")}), R"("r":"admin")", false},
    {"AnObjectIsNotItsNames", AnyOf("r", {P("admin")}), R"("r":{"admin":{}})", false},
    {"NamesAreTexts", AnyOf("/r/*", {std::int64_t{1}}), R"("r":{"1":1})", false},
    {"Split", Splits(",;", AnyOf("g", {P("ops")})), R"("g":"dev;ops,sre")", true},
    {"SplitToOtherPieces", Splits(",;", AnyOf("g", {P("ops")})), R"("g":"dev;ops2,xops")", false},
    {"SplitAtAnother", Splits(",", AnyOf("g", {P("ops")})), R"("g":"dev;ops")", false},
    {"SplitToAll", Splits(",", AllOf("g", {P("ops"), P("sre*")})), R"("g":"sre-1, ops")", true},
    {"SplitToNothing", Splits(",", AnyOf("g", {P("*")})), R"("g":" , ")", false},
    {"SplitDoesNotCutLists", Splits(",", AnyOf("g", {P("ops")})), R"("g":["dev,ops"])", false},
    {"SplitLeavesLists", Splits(",", AnyOf("g", {P("ops")})), R"("g":["dev","ops"])", true},
    {"SplitGivesTexts", Splits(",", AnyOf("g", {std::int64_t{1}})), R"("g":"1,2")", false},
    {"NameWithSlashes", AnyOf("https://a.example/r", {P("x")}), R"("https://a.example/r":"x")",
     true},
};

class ConditionTest : public testing::TestWithParam<ConditionCase> {};

TEST_P(ConditionTest, TheConditionHoldsOrRefusesWithItsLine) {
  const Claims claims = ClaimsWith(GetParam().members);
  const Status status = CheckCondition(GetParam().condition, claims);
  if (GetParam().holds) {
    EXPECT_TRUE(test::Accepted(status));
  } else {
    EXPECT_TRUE(test::RefusedAt(Reason::kCondition, kLine.line, status));
  }
}

INSTANTIATE_TEST_SUITE_P(CheckCondition, ConditionTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(CheckCondition, HasAReasonOfItsOwnForAClaimThatTheIssuerLeftOut) {
  const Condition condition = AnyOf("groups", {P("ops")});
  const std::string names = R"("_claim_names":{"groups":"src1"})";
  EXPECT_TRUE(
      test::RefusedAt(Reason::kOverage, kLine.line, CheckCondition(condition, ClaimsWith(names))));
  EXPECT_TRUE(
      test::Accepted(CheckCondition(condition, ClaimsWith(names + R"(,"groups":["ops"])"))));
  EXPECT_TRUE(test::RefusedAt(Reason::kCondition, kLine.line,
                              CheckCondition(condition, ClaimsWith(R"("_claim_names":{})"))));
}

TEST(CheckCondition, SaysWhatTheTokenHas) {
  const Status status =
      CheckCondition(AllOf("g", {P("ops"), std::int64_t{1}}), ClaimsWith(R"("g":["a",true])"));
  EXPECT_EQ(test::DetailOf(status), R"(g all_of ["ops", 1]: the token has ["a", true])");
}

TEST(CheckCondition, SaysThatTheTokenHasAnObject) {
  const std::string_view members = R"("roles":{"admin":{"23":"x"},"viewer":{}})";
  EXPECT_EQ(test::DetailOf(CheckCondition(AnyOf("roles", {P("admin")}), ClaimsWith(members))),
            R"(roles any_of ["admin"]: the claim is an object with members "admin", "viewer": )"
            "write /roles/* to compare their names");
  EXPECT_EQ(test::DetailOf(CheckCondition(AnyOf("/roles/*", {P("ops")}), ClaimsWith(members))),
            R"(/roles/* any_of ["ops"]: the token has ["admin", "viewer"])");
  EXPECT_EQ(
      test::DetailOf(CheckCondition(AnyOf("/sub/*", {P("ops")}), ClaimsWith(members))),
      R"(/sub/* any_of ["ops"]: the claim is of the type string, and only an object has members: )"
      "leave /* off");
}

TEST(CheckCondition, ShowsThePiecesOfAText) {
  EXPECT_EQ(test::DetailOf(
                CheckCondition(Splits(",;", AnyOf("g", {P("ops")})), ClaimsWith(R"("g":"a,b;c")"))),
            R"(g split ",;" any_of ["ops"]: the token has ["a", "b", "c"])");
}

TEST(CheckCondition, SuggestsAPointerWhereAPathWasWrittenWithDots) {
  const Condition condition = AnyOf("realm_access.roles", {P("ssh")});
  EXPECT_NE(
      test::DetailOf(CheckCondition(condition, ClaimsWith(R"("realm_access":{"roles":["ssh"]})")))
          .find("there is /realm_access/roles"),
      std::string::npos);
  EXPECT_EQ(test::DetailOf(CheckCondition(condition, ClaimsWith(""))).find("there is"),
            std::string::npos);
}

TEST(CheckCondition, SuggestsNothingForWhatIsAPointerAlready) {
  const Claims claims = ClaimsWith(R"("":{"realm":{"roles":["ssh"]}},"realm":{"roles":["ssh"]})");
  EXPECT_EQ(CheckCondition(AnyOf("realm.roles", {P("ssh")}), claims).error().detail,
            R"(realm.roles any_of ["ssh"]: no claim realm.roles; there is /realm/roles)");
  EXPECT_EQ(CheckCondition(AnyOf("/realm.roles", {P("ssh")}), claims).error().detail,
            R"(/realm.roles any_of ["ssh"]: no claim /realm.roles)");
}

TEST(CheckCondition, SuggestsTheSlashInFrontOfNamesOfMembers) {
  const Condition condition = AnyOf("roles/*", {P("ssh")});
  EXPECT_EQ(test::DetailOf(CheckCondition(condition, ClaimsWith(R"("roles":{"ssh":{}})"))),
            R"(roles/* any_of ["ssh"]: no claim roles/*; there is /roles/*)");
  EXPECT_EQ(test::DetailOf(CheckCondition(condition, ClaimsWith(""))),
            R"(roles/* any_of ["ssh"]: no claim roles/*)");
}

TEST(CheckConditions, AllConditionsMustHold) {
  const Condition first = AnyOf("a", {true});
  Condition second = AnyOf("b", {true});
  second.at.line = 32;
  const auto check = [&](std::string_view members) {
    return CheckConditions({first, second}, ClaimsWith(members));
  };
  EXPECT_TRUE(test::Accepted(CheckConditions({}, ClaimsWith(""))));
  EXPECT_TRUE(test::Accepted(check(R"("a":true,"b":true)")));
  EXPECT_TRUE(test::RefusedAt(Reason::kCondition, 31, check(R"("b":true)")));
  EXPECT_TRUE(test::RefusedAt(Reason::kCondition, 32, check(R"("a":true)")));
  EXPECT_TRUE(test::RefusedAt(Reason::kCondition, 31, check("")));
}

}  // namespace
}  // namespace pamjwt
