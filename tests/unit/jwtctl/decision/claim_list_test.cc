#include "jwtctl/decision/claim_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/claims/claims.h"
#include "core/jose/verify.h"
#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

std::vector<ListedClaim> List(std::string_view json) {
  const Result<Json> object = ParseJsonObject(json);
  EXPECT_TRUE(test::Accepted(object));
  return ListClaims(object.value(), UnixTime{1700000245});
}

struct ListCase {
  const char* name;
  const char* json;
  const char* listed;  ///< "name type value", of the one claim
};

constexpr ListCase kCases[] = {
    {"String", R"({"sub":"alice"})", R"(sub string "alice")"},
    {"Boolean", R"({"a":true})", "a boolean true"},
    {"Null", R"({"a":null})", "a null null"},
    {"Number", R"({"a":1700000000})", "a number 1700000000"},
    {"Date", R"({"exp":1700000000})",
     "exp number 1700000000  2023-11-14 22:13:20 UTC (4 minutes ago)"},
    {"DateWithFraction", R"({"iat":0.5})",
     "iat number 0.5  1970-01-01 00:00:00 UTC (19675 days ago)"},
    {"DateTooLarge", R"({"exp":1e300})", "exp number 1e+300"},
    {"DateThatIsText", R"({"exp":"1"})", "exp string \"1\""},
    {"Array", R"({"groups":["a","b"]})", R"(groups array ["a","b"])"},
    {"ArrayOfObjectsStaysWhole", R"({"a":[{"b":1}]})", R"(a array [{"b":1}])"},
    {"EmptyObject", R"({"a":{}})", "a object {}"},
    {"Member", R"({"realm_access":{"roles":["x"]}})", R"(/realm_access/roles array ["x"])"},
    {"NameWithDotsAndColons", R"({"urn:a.b":1})", "urn:a.b number 1"},
    {"NameThatLooksLikeAPathWithDots", R"({"realm_access.roles":1})",
     "/realm_access.roles number 1"},
    {"NameWithDotsAndASlash", R"({"a.b/c":1})", "a.b/c number 1"},
    {"NameWithDotsOfWlcg", R"({"wlcg.groups":["/a"]})", R"(wlcg.groups array ["/a"])"},
    {"NameWithSlash", R"({"https://x/y":1})", "https://x/y number 1"},
    {"NameWithSlashAbove", R"({"https://x":{"y~z":1}})", "/https:~1~1x/y~0z number 1"},
    {"NameThatLooksLikeAPointer", R"({"/a~b":1})", "/~1a~0b number 1"},
    {"EmptyName", R"({"":1})", "/ number 1"},
    {"NameThatSteersTerminals", R"({"\u001b[2J":1})", "\\u001b[2J number 1"},
    {"ValueThatSteersTerminals", R"({"a":"\u009b2J"})", R"(a string "\u009b2J")"},
};

class ListClaimsTest : public testing::TestWithParam<ListCase> {};

TEST_P(ListClaimsTest, NamesEachClaimAsTheConfigurationDoes) {
  const std::vector<ListedClaim> claims = List(GetParam().json);
  ASSERT_EQ(claims.size(), 1U);
  EXPECT_EQ(claims[0].name + " " + claims[0].type + " " + claims[0].value, GetParam().listed);
}

INSTANTIATE_TEST_SUITE_P(ClaimList, ListClaimsTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(ListClaims, GivesNamesThatFindTheirValues) {
  const std::string payload =
      R"({"iss":"i","sub":"s","urn:a.b":"v","a.b":"v","/p~q":"v","":"v","a":{"":"v","b/c":"v","d":{"~1":"v"}}})";
  const std::string token = test::SignToken(Algorithm::kEs256, payload);
  const Result<ParsedJws> jws = ParseJws(token);
  const Result<Jwk> key = ParseJwk(ParseJsonObject(test::TestKey::P256().PublicJwk()).value());
  const Result<VerifiedPayload> verified = VerifiedPayload::Verify(jws.value(), key.value());
  ASSERT_TRUE(test::Accepted(verified));
  const Result<Claims> claims = Claims::Parse(verified.value());
  ASSERT_TRUE(test::Accepted(claims));

  const std::vector<ListedClaim> listed = List(payload);
  EXPECT_EQ(listed.size(), 9U);
  for (const ListedClaim& claim : listed) {
    const Result<ClaimName> name = ClaimName::Parse(claim.name);
    ASSERT_TRUE(test::Accepted(name)) << claim.name;
    const auto values = claims.value().Values(name.value());
    ASSERT_TRUE(values.has_value()) << claim.name;
    ASSERT_EQ(values->size(), 1U) << claim.name;
    EXPECT_EQ(Show(values->front()), claim.value) << claim.name;
  }
}

TEST(ListClaims, GivesMembersOfMembers) {
  const std::vector<ListedClaim> claims = List(R"({"a":{"b":{"c":1},"d":[]}})");
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims[0].name, "/a/b/c");
  EXPECT_EQ(claims[1].name, "/a/d");
}

TEST(ListClaims, GivesTheNamesOfMembersThatAreAllObjects) {
  const std::vector<ListedClaim> claims =
      List(R"({"urn:r/s":{"admin":{"23":"org.example"},"\u001b[2J":{}}})");
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[0].name, "/urn:r~1s/*");
  EXPECT_EQ(claims[0].type, "names");
  EXPECT_EQ(claims[0].value, R"(["admin","\u001b[2J"])");
  EXPECT_EQ(claims[1].name, "/urn:r~1s/admin/23");
  EXPECT_TRUE(ClaimName::Parse(claims[0].name).value().names_members());
}

TEST(ListClaims, BoundsWhatItShows) {
  const std::vector<ListedClaim> claims =
      List(R"({"a":")" + std::string(kMaxShownBytes - 2, 'x') + R"(","b":"x)" +
           std::string(kMaxShownBytes, 'x') + R"("})");
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims[0].value.size(), kMaxShownBytes);
  EXPECT_EQ(claims[1].value.substr(kMaxShownBytes), "... (259 bytes)");
}

TEST(ListClaims, CutsBetweenCharacters) {
  for (std::size_t padding = 0; padding < 2; ++padding) {
    std::string text(padding, 'x');
    while (text.size() < 2 * kMaxShownBytes) text += "\xc3\xa4";
    const std::vector<ListedClaim> claims = List("{\"a\":\"" + text + "\"}");
    EXPECT_EQ(claims.at(0).value.find("\\ufffd"), std::string::npos) << claims[0].value;
  }
}

}  // namespace
}  // namespace pamjwt::ctl
