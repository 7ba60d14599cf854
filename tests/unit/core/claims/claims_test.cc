#include "core/claims/claims.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/claims_of.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::ClaimsWith;
using test::Named;
using test::ParseClaims;
using test::RefusedFor;

std::string WithMember(std::string_view name, std::string_view value) {
  // A member of the base cannot stand there twice.
  std::string payload = "{";
  for (const std::string_view base : {"iss", "sub"}) {
    if (base != name) {
      payload += "\"" + std::string(base) + "\":\"x\",";
    }
  }
  return payload + "\"" + std::string(name) + "\":" + std::string(value) + "}";
}

struct TypeCase {
  const char* name;
  std::string_view value;
  bool is_string;
  bool is_list;
  bool is_date;
  bool is_number;
};

// RFC 7519 §4.1: the type of each registered claim. No date is later than 9999-12-31T23:59:59Z.
constexpr TypeCase kValues[] = {
    {"String", R"("text")", true, true, false, false},
    {"NumberInAString", R"("1800000000")", true, true, false, false},
    {"DateInAString", R"("2027-01-15T08:00:00Z")", true, true, false, false},
    {"Integer", "1800000000", false, false, true, true},
    {"Fraction", "1800000000.5", false, false, true, true},
    {"NegativeInteger", "-1", false, false, true, true},
    {"Zero", "0", false, false, true, true},
    {"LastSecond", "253402300799", false, false, true, true},
    {"LastSecondAsAFraction", "253402300799.0", false, false, true, true},
    {"AFractionBeyondTheLastSecond", "253402300799.5", false, false, false, true},
    {"ASecondBeyondTheLast", "253402300800", false, false, false, true},
    {"EndOf64Bits", "9223372036854775807", false, false, false, true},
    {"IntegerBeyond64Bits", "99999999999999999999", false, false, false, true},
    {"HugeNumber", "1e308", false, false, false, true},
    {"True", "true", false, false, false, false},
    {"False", "false", false, false, false, false},
    {"Null", "null", false, false, false, false},
    {"EmptyArray", "[]", false, true, false, false},
    {"ArrayOfStrings", R"(["a","b"])", false, true, false, false},
    {"MixedArray", R"(["a",1])", false, false, false, false},
    {"ArrayWithNull", R"(["a",null])", false, false, false, false},
    {"NestedArray", R"([["a"]])", false, false, false, false},
    {"Object", "{}", false, false, false, false},
};

class ClaimTypeTest : public testing::TestWithParam<TypeCase> {
 protected:
  static void ExpectTaken(const char* name, bool is_taken) {
    const auto refusal = is_taken ? std::nullopt : std::optional(Reason::kClaimWrongType);
    EXPECT_TRUE(test::EndsIn(refusal, ParseClaims(WithMember(name, GetParam().value)))) << name;
  }

  static void ExpectType(ClaimType type, bool has_type) {
    const Claims claims = ClaimsWith("\"c\":" + std::string(GetParam().value));
    const auto refusal = has_type ? std::nullopt : std::optional(Reason::kClaimWrongType);
    EXPECT_TRUE(test::EndsIn(refusal, claims.CheckType("c", type)));
    EXPECT_TRUE(Accepted(claims.CheckType("absent", type)));
  }
};

TEST_P(ClaimTypeTest, AWrongTypeIsRefusedInTheClaimsThatAreReadOfEveryToken) {
  ExpectTaken("iss", GetParam().is_string);
  ExpectTaken("exp", GetParam().is_date);
}

// RFC 7519 §4.1.5: an nbf that cannot be read may say "not yet".
TEST_P(ClaimTypeTest, AWrongTypeInNbfIsRefusedUnlessItIsNull) {
  ExpectTaken("nbf", GetParam().is_date || GetParam().value == "null");
}

// A value that is not a number says nothing about the future.
TEST_P(ClaimTypeTest, OnlyANumberInIatOrAuthTimeIsHeldAgainstTheClock) {
  ExpectTaken("iat", GetParam().is_date || !GetParam().is_number);
  ExpectTaken("auth_time", GetParam().is_date || !GetParam().is_number);
}

TEST_P(ClaimTypeTest, AWrongTypeIsOverlookedWhereNoRuleReadsTheClaim) {
  for (const char* const name :
       {"sub", "aud", "jti", "azp", "client_id", "_claim_names", "groups", "acr", "cnf"}) {
    ExpectTaken(name, true);
  }
}

TEST_P(ClaimTypeTest, AWrongTypeIsReportedToARuleThatReadsTheClaim) {
  ExpectType(ClaimType::kString, GetParam().is_string);
  ExpectType(ClaimType::kStrings, GetParam().is_list);
  ExpectType(ClaimType::kDate, GetParam().is_date);
}

INSTANTIATE_TEST_SUITE_P(Claims, ClaimTypeTest, testing::ValuesIn(kValues), test::kCaseName);

struct MandatoryCase {
  const char* name;
  std::string_view payload;
  std::optional<Reason> refusal;
};

constexpr MandatoryCase kMandatory[] = {
    {"Issuer", R"({"iss":"i"})", std::nullopt},
    {"NoIssuer", R"({"sub":"s"})", Reason::kClaimMissing},
    {"EmptyIssuer", R"({"iss":"","sub":"s"})", Reason::kClaimMissing},
    {"IssuerInAnotherCase", R"({"Iss":"i","sub":"s"})", Reason::kClaimMissing},
    {"Empty", "{}", Reason::kClaimMissing},
};

class MandatoryClaimTest : public testing::TestWithParam<MandatoryCase> {};

TEST_P(MandatoryClaimTest, RefusesATokenWhoseMandatoryClaimIsAbsentOrEmpty) {
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, ParseClaims(GetParam().payload)));
}

INSTANTIATE_TEST_SUITE_P(Claims, MandatoryClaimTest, testing::ValuesIn(kMandatory),
                         test::kCaseName);

// RFC 7519 §4: names are unique. RFC 7519 §7.2: the claims are an object.
TEST(Claims, RefusesAPayloadThatIsNoStrictObject) {
  for (const std::string_view payload :
       {R"(["iss"])", "null", "", "text",
        R"({"iss":"i","sub":"s"} )"
        "x",
        R"({"iss":"i","sub":"s","sub":"root"})", R"({"iss":"i","sub":"s","s\u0075b":"root"})",
        R"({"iss":"i","sub":"s\u0000"})", "{\"iss\":\"i\",\"sub\":\"\xff\"}",
        R"({"iss":"i","sub":"s","exp":1e309})", R"({"iss":"i","sub":"s","exp":NaN})",
        R"({"iss":"i","sub":"s","exp":-Infinity})"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseClaims(payload))) << payload;
  }
}

// RFC 7519 §2.
TEST(Claims, GivesNumericDatesWithTheirFractions) {
  const Claims claims = ClaimsWith(
      R"("nbf":1800000000.75,"auth_time":-5,"far":9007199254740993,"text":"1","none":null)");
  EXPECT_EQ(claims.Date("nbf")->seconds, 1800000000.75);
  EXPECT_EQ(claims.Date("auth_time")->seconds, -5);
  EXPECT_EQ(claims.Date("far")->seconds, 9007199254740992.0);
  EXPECT_FALSE(claims.Date("text").has_value());
  EXPECT_FALSE(claims.Date("none").has_value());
  EXPECT_FALSE(claims.Date("absent").has_value());
}

TEST(Claims, GivesTopLevelStrings) {
  const Claims claims = ClaimsWith(R"("jti":"j","n":1,"deep":{"jti":"other"})");
  EXPECT_EQ(claims.issuer(), "https://issuer.example");
  EXPECT_EQ(claims.subject(), "alice");
  EXPECT_EQ(*claims.String("jti"), "j");
  EXPECT_EQ(claims.String("n"), nullptr);
  EXPECT_EQ(claims.String("absent"), nullptr);
  EXPECT_TRUE(claims.Has("n"));
  EXPECT_FALSE(claims.Has("N"));
}

TEST(Claims, HasNoSubjectWhereSubIsNoString) {
  for (const char* const payload :
       {R"({"iss":"i"})", R"({"iss":"i","sub":null})", R"({"iss":"i","sub":7})",
        R"({"iss":"i","sub":["alice"]})", R"({"iss":"i","sub":""})"}) {
    const Result<Claims> claims = ParseClaims(payload);
    ASSERT_TRUE(Accepted(claims)) << payload;
    EXPECT_EQ(claims.value().subject(), "") << payload;
  }
}

struct NameCase {
  const char* name;
  std::string_view text;
  std::vector<std::string> path;  // empty: refused
};

const NameCase kNames[] = {
    {"Plain", "groups", {"groups"}},
    {"DotsColonsAndSlashes", "https://a.example/roles:x", {"https://a.example/roles:x"}},
    {"DotsAreNoPath", "realm_access.roles", {"realm_access.roles"}},
    {"TildeIsPlain", "a~b", {"a~b"}},
    // RFC 6901 §3, §4.
    {"Pointer", "/realm_access/roles", {"realm_access", "roles"}},
    {"PointerOfOne", "/groups", {"groups"}},
    {"PointerWithSlash", "/https:~1~1a.example/x", {"https://a.example", "x"}},
    {"PointerWithTilde", "/a~0b", {"a~b"}},
    {"PointerWithBothInOrder", "/~01/~10", {"~1", "/0"}},
    {"PointerToTheEmptyName", "/", {""}},
    {"PointerThroughTheEmptyName", "//a", {"", "a"}},
    {"Empty", "", {}},
    {"PointerThatEndsInAStar", "/a/b*", {"a", "b*"}},
    {"StarIsPlain", "a/*", {"a/*"}},
    {"StarInTheMiddle", "/a/*/b", {"a", "*", "b"}},
    {"MembersOfAll", "/*", {}},
    {"MembersBehindABadEscape", "/a~/*", {}},
    {"PointerEndsInATilde", "/a~", {}},
    {"PointerTildeBeforeSlash", "/a~/b", {}},
    {"PointerWithUnknownEscape", "/a~2", {}},
};

class ClaimNameTest : public testing::TestWithParam<NameCase> {};

TEST_P(ClaimNameTest, TakesATopLevelClaimOrAJsonPointer) {
  const Result<ClaimName> name = ClaimName::Parse(GetParam().text);
  if (GetParam().path.empty()) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, name));
    return;
  }
  ASSERT_TRUE(Accepted(name));
  EXPECT_EQ(name.value().path(), GetParam().path);
  EXPECT_EQ(name.value().text(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(ClaimName, ClaimNameTest, testing::ValuesIn(kNames), test::kCaseName);

TEST(ClaimName, StandsForTheNamesOfMembersIfItEndsInAStar) {
  const ClaimName roles = Named("/a~1b/c/*");
  EXPECT_TRUE(roles.names_members());
  EXPECT_EQ(roles.path(), (std::vector<std::string>{"a/b", "c"}));
  EXPECT_EQ(roles.text(), "/a~1b/c/*");
  EXPECT_FALSE(Named("/a~1b/c").names_members());
  EXPECT_FALSE(roles == Named("/a~1b/c"));
  EXPECT_FALSE(Named("/sub/*") == ClaimName());
  EXPECT_EQ(Named("//*").path(), std::vector<std::string>{""});
}

// RFC 6901 §3.
TEST(ClaimName, SaysHowTheNamesOfItsMembersAreNamed) {
  EXPECT_EQ(Named("roles").TextForMembers(), "/roles/*");
  EXPECT_EQ(Named("/a/b").TextForMembers(), "/a/b/*");
  EXPECT_EQ(Named("https://a.example/~r").TextForMembers(), "/https:~1~1a.example~1~0r/*");
  EXPECT_EQ(Named("/a~1b").TextForMembers(), "/a~1b/*");
}

TEST(ClaimName, IsSubByDefault) {
  EXPECT_EQ(ClaimName().text(), "sub");
  EXPECT_EQ(ClaimName().path(), std::vector<std::string>{"sub"});
}

struct ValuesCase {
  const char* name;
  std::string_view members;
  std::string_view claim;
  std::string_view values;  // as Show gives them, "absent" for none
};

constexpr ValuesCase kValuesCases[] = {
    {"StringIsAListOfOne", R"("c":"a b")", "c", R"("a b")"},
    {"ArrayElementByElement", R"("c":["a","b"])", "c", R"("a" "b")"},
    {"EmptyArray", R"("c":[])", "c", ""},
    {"Integer", R"("c":7)", "c", "7"},
    {"IntegerAtTheEndOf64Bits", R"("c":-9223372036854775808)", "c", "-9223372036854775808"},
    {"Boolean", R"("c":false)", "c", "false"},
    {"ArrayOfAll", R"("c":["1",1,true,null,1.5,["x"],{"y":1}])", "c", R"("1" 1 true)"},
    {"Null", R"("c":null)", "c", ""},
    {"Fraction", R"("c":1.5)", "c", ""},
    {"IntegerWithAPoint", R"("c":[22.0,2.2e1,220e-1])", "c", "22 22 22"},
    {"IntegerBeyond64Bits", R"("c":1e19)", "c", ""},
    {"Object", R"("c":{"d":"e"})", "c", ""},
    {"MembersOfAnObject", R"("c":{"admin":{"23":"x"},"viewer":null})", "/c/*",
     R"("admin" "viewer")"},
    {"MembersBehindAPointer", R"("a":{"c":{"x":1}})", "/a/c/*", R"("x")"},
    {"MembersOfAnEmptyObject", R"("c":{})", "/c/*", ""},
    {"MembersOfAnArray", R"("c":["admin"])", "/c/*", ""},
    {"MembersOfAText", R"("c":"admin")", "/c/*", ""},
    {"MembersOfNothing", R"("c":{"x":1})", "/d/*", "absent"},
    {"MembersWithoutTheSlash", R"("c":{"x":1},"c/*":"y")", "c/*", R"("y")"},
    {"AMemberNamedStarIsOneOfThem", R"("c":{"*":"x","y":1})", "/c/*", R"("*" "y")"},
    {"AStarAtTheTop", R"("*":"x")", "*", R"("x")"},
    {"AMemberThatEndsInAStar", R"("c":{"a*":"x"})", "/c/a*", R"("x")"},
    {"Absent", R"("c":1)", "d", "absent"},
    {"ScopeIsSplit", R"("scope":"openid ssh prod")", "scope", R"("openid" "ssh" "prod")"},
    {"ScopeOfOne", R"("scope":"ssh")", "scope", R"("ssh")"},
    {"ScopeHasNoEmptyWords", R"("scope":" a  b ")", "scope", R"("a" "b")"},
    {"ScopeAtSpacesOnly", R"("scope":"a\tb")", "scope", R"("a\u0009b")"},
    {"EmptyScope", R"("scope":"")", "scope", ""},
    {"ScpIsSplit", R"("scp":"a b")", "scp", R"("a" "b")"},
    {"ScpArrayIsNotSplit", R"("scp":["a b"])", "scp", R"("a b")"},
    {"OthersAreNotSplit", R"("scopes":"a b")", "scopes", R"("a b")"},
    {"ScopeElsewhereIsNotSplit", R"("x":{"scope":"a b"})", "/x/scope", R"("a b")"},
    {"TopLevelNameWithDots", R"("a.b":"x","a":{"b":"y"})", "a.b", R"("x")"},
    {"TopLevelNameThatIsAUrl", R"("https://a.example/r":"x")", "https://a.example/r", R"("x")"},
    {"Pointer", R"("a":{"b":{"c":["x"]}})", "/a/b/c", R"("x")"},
    {"PointerToTopLevel", R"("a":"x")", "/a", R"("x")"},
    {"PointerWithSlash", R"("a/b":{"c":"x"})", "/a~1b/c", R"("x")"},
    {"PointerWithTilde", R"("a~b":"x")", "/a~0b", R"("x")"},
    {"PointerIsNotThroughArrays", R"("a":[{"b":"x"}])", "/a/0/b", "absent"},
    {"PointerIsNotThroughStrings", R"("a":"b")", "/a/b", "absent"},
    {"PointerPastTheEnd", R"("a":{"b":"x"})", "/a/b/c", "absent"},
    {"PointerToNowhere", R"("a":{"b":"x"})", "/a/c", "absent"},
};

class ValuesTest : public testing::TestWithParam<ValuesCase> {};

TEST_P(ValuesTest, GivesTheValuesOfTheClaim) {
  const Claims claims = ClaimsWith(GetParam().members);
  const auto values = claims.Values(Named(GetParam().claim));
  std::string shown = values.has_value() ? "" : "absent";
  for (const ClaimValue& value : values.value_or(std::vector<ClaimValue>())) {
    shown += (shown.empty() ? "" : " ") + Show(value);
  }
  EXPECT_EQ(shown, GetParam().values);
}

INSTANTIATE_TEST_SUITE_P(Claims, ValuesTest, testing::ValuesIn(kValuesCases), test::kCaseName);

struct SplitCase {
  const char* name;
  std::string_view members;
  std::string_view claim;
  std::string_view separators;
  std::string_view values;  // as Show gives them
};

constexpr SplitCase kSplits[] = {
    {"AtAComma", R"("c":"a,b;c")", "c", ",", R"("a" "b;c")"},
    {"AtEachOfThem", R"("c":"a,b;c")", "c", ",;", R"("a" "b" "c")"},
    {"AtNone", R"("c":"a,b;c")", "c", "", R"("a,b;c")"},
    {"WithoutASeparatorInIt", R"("c":"a b")", "c", ",", R"("a b")"},
    {"SpacesAroundAPieceAreDropped", R"("c":" a , Linux Admins ,b")", "c", ",",
     R"("a" "Linux Admins" "b")"},
    {"EmptyPiecesAreDropped", R"("c":",a,, ,b,")", "c", ",", R"("a" "b")"},
    {"OnlySeparators", R"("c":",,")", "c", ",", ""},
    {"EmptyText", R"("c":"")", "c", ",", ""},
    {"AtSpaces", R"("c":" a  b")", "c", " ", R"("a" "b")"},
    {"TabsStay", R"("c":"a,\tb")", "c", ",", R"("a" "\u0009b")"},
    {"BracketsToo", R"("c":"[a, b]")", "c", "[],", R"("a" "b")"},
    {"ElementsOfAListStay", R"("c":["a,b","c"])", "c", ",", R"("a,b" "c")"},
    {"NumbersStay", R"("c":1)", "c", ",", "1"},
    {"NamesOfMembersStay", R"("c":{"a,b":1})", "/c/*", ",", R"("a,b")"},
    {"BehindAPointer", R"("c":{"d":"a,b"})", "/c/d", ",", R"("a" "b")"},
    {"ScopeAtCommas", R"("scope":"a b,c")", "scope", ",", R"("a b" "c")"},
};

class SplitTest : public testing::TestWithParam<SplitCase> {};

TEST_P(SplitTest, SplitsOneTextAtTheSeparators) {
  const Claims claims = ClaimsWith(GetParam().members);
  const auto values = claims.Values(Named(GetParam().claim), GetParam().separators);
  ASSERT_TRUE(values.has_value());
  std::string shown;
  for (const ClaimValue& value : *values) {
    shown += (shown.empty() ? "" : " ") + Show(value);
  }
  EXPECT_EQ(shown, GetParam().values);
}

INSTANTIATE_TEST_SUITE_P(Claims, SplitTest, testing::ValuesIn(kSplits), test::kCaseName);

TEST(Claims, SaysThatADateIsBeyondTheYear9999) {
  const Result<Claims> claims = test::ParseClaims(
      R"({"iss":"i","jti":7,"text":"253402300800","late":253402300800,"exp":1800000100})");
  const auto detail = [&](std::string_view name, ClaimType type) {
    return claims.value().CheckType(name, type).error().detail;
  };
  EXPECT_EQ(detail("late", ClaimType::kDate),
            "claim late is of a wrong type: number beyond the year 9999");
  EXPECT_EQ(detail("jti", ClaimType::kString), "claim jti is of a wrong type: number");
  EXPECT_EQ(detail("text", ClaimType::kDate), "claim text is of a wrong type: string");
}

TEST(WhyNoValues, SaysWhatAnObjectHas) {
  const auto why = [](std::string_view members, std::string_view claim) {
    return ClaimsWith(members).WhyNoValues(Named(claim));
  };
  EXPECT_EQ(
      why(R"("roles":{"admin":{},"viewer":1})", "roles"),
      R"(is an object with members "admin", "viewer": write /roles/* to compare their names)");
  EXPECT_EQ(why(R"("roles":{})", "roles"), "is an object without members");
  EXPECT_EQ(why(R"("roles":{"admin":{}})", "/roles/*"), "");
  EXPECT_EQ(why(R"("roles":["admin"])", "roles"), "");
  EXPECT_EQ(why(R"("roles":["admin"])", "/roles/*"),
            "is of the type array, and only an object has members: leave /* off");
  EXPECT_EQ(why(R"("roles":null)", "/roles/*"),
            "is of the type null, and only an object has members: leave /* off");
  EXPECT_EQ(why(R"("a":1)", "/roles/*"), "");
}

TEST(WhyNoValues, CutsManyAndLongNames) {
  std::string members = R"("r":{")" + std::string(kShownNameBytes, 'x') + R"(":1,"y)" +
                        std::string(kShownNameBytes - 2, 'x') + "\u00e4z\":1,\"a\\\"\\n\":1";
  for (const char* const name : {"1", "2", "3", "4", "5", "6", "7"}) {
    members += ",\"" + std::string(name) + "\":1";
  }
  const std::string why = ClaimsWith(members + "}").WhyNoValues(Named("r"));
  EXPECT_EQ(why,
            "is an object with members \"" + std::string(kShownNameBytes, 'x') + "\", \"y" +
                std::string(kShownNameBytes - 2, 'x') +
                "\"..., \"a\\\"\\n\", \"1\", \"2\", \"3\", \"4\", \"5\", and 2 more: write /r/* "
                "to compare their names");
}

// OpenID Connect Core §5.6.2.
TEST(LeftOut, IsWhatClaimNamesHasAndTheTokenHasNot) {
  const char* const names = R"("_claim_names":{"groups":"src1","realm_access":"src1"})";
  const Claims claims = ClaimsWith(names);
  EXPECT_TRUE(claims.LeftOut(Named("groups")));
  EXPECT_TRUE(claims.LeftOut(Named("/groups")));
  EXPECT_TRUE(claims.LeftOut(Named("/realm_access/roles")));
  EXPECT_FALSE(claims.LeftOut(Named("roles")));
  EXPECT_FALSE(claims.LeftOut(Named("sub")));
  EXPECT_FALSE(ClaimsWith(std::string(names) + R"(,"groups":["a"])").LeftOut(Named("groups")));
  EXPECT_FALSE(ClaimsWith("").LeftOut(Named("groups")));
  for (const char* const none : {"null", R"("groups")", R"(["groups"])", "1"}) {
    const std::string member = R"("_claim_names":)" + std::string(none);
    EXPECT_FALSE(ClaimsWith(member).LeftOut(Named("groups"))) << none;
  }
}

}  // namespace
}  // namespace pamjwt
