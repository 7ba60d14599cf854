#include "core/jose/route.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt {
namespace {

using Index = std::optional<std::size_t>;

constexpr std::array<std::string_view, 3> kIssuers = {
    "https://one.example", "https://two.example/realms/staff", "https://two.example"};

/// RouteIssuer reads what is not verified, so the signature does not matter.
Result<RoutedIssuer> RoutePayload(std::string_view payload) {
  const std::string text = test::SignToken(Algorithm::kHs256, payload);
  const Result<ParsedJws> jws = ParseJws(text);
  if (!jws.ok()) return jws.error();
  return IssuerRouter::Route(jws.value(), kIssuers);
}

struct RouteCase {
  const char* name;
  std::string_view payload;
  Index index;
};

// RFC 7519 §4.1.1: compared byte for byte.
constexpr RouteCase kCases[] = {
    {"First", R"({"iss":"https://one.example"})", 0},
    {"Last", R"({"iss":"https://two.example"})", 2},
    {"LongerOne", R"({"iss":"https://two.example/realms/staff"})", 1},
    {"Escaped", R"({"iss":"https:\/\/one.example"})", 0},
    {"BehindOtherClaims", R"({"sub":"a","aud":["b"],"iss":"https://one.example"})", 0},
    {"Absent", R"({"sub":"a"})", std::nullopt},
    {"Unknown", R"({"iss":"https://three.example"})", std::nullopt},
    {"Empty", R"({"iss":""})", std::nullopt},
    {"TrailingSlash", R"({"iss":"https://one.example/"})", std::nullopt},
    {"Prefix", R"({"iss":"https://one.exampl"})", std::nullopt},
    {"Substring", R"({"iss":"one.example"})", std::nullopt},
    {"OtherCase", R"({"iss":"https://ONE.example"})", std::nullopt},
    {"BlankBehind", R"({"iss":"https://one.example "})", std::nullopt},
    {"Array", R"({"iss":["https://one.example"]})", std::nullopt},
    {"Object", R"({"iss":{"url":"https://one.example"}})", std::nullopt},
    {"Number", R"({"iss":1})", std::nullopt},
    {"Null", R"({"iss":null})", std::nullopt},
    {"InsideAnotherClaim", R"({"act":{"iss":"https://one.example"}})", std::nullopt},
    {"NameInOtherCase", R"({"Iss":"https://one.example"})", std::nullopt},
};

class RouteTest : public testing::TestWithParam<RouteCase> {};

TEST_P(RouteTest, GivesTheIndexOfTheSameUrl) {
  const Result<RoutedIssuer> routed = RoutePayload(GetParam().payload);
  ASSERT_TRUE(test::Accepted(routed));
  EXPECT_EQ(routed.value().index, GetParam().index);
}

INSTANTIATE_TEST_SUITE_P(IssuerRouter, RouteTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(IssuerRouter, ShowsNoMoreThanTheBeginningOfAnIssThatIsUnknown) {
  const auto shown = [](const std::string& iss) {
    return RoutePayload(R"({"iss":")" + iss + R"(","sub":"a"})").value().unknown_iss;
  };
  EXPECT_EQ(shown("https://one.example"), std::nullopt);
  EXPECT_EQ(shown("https://three.example"), "https://three.example");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(std::string(256, 'a')), std::string(256, 'a'));
  EXPECT_EQ(shown(std::string(257, 'a')), std::string(257, 'a'));
  EXPECT_EQ(shown(std::string(5000, 'a')), std::string(257, 'a'));
  EXPECT_EQ(RoutePayload(R"({"sub":"a"})").value().unknown_iss, std::nullopt);
  EXPECT_EQ(RoutePayload(R"({"iss":1})").value().unknown_iss, std::nullopt);
}

TEST(IssuerRouter, RefusesAPayloadThatTwoReadersCouldReadDifferently) {
  for (const std::string_view payload :
       {R"({"iss":"https://one.example","iss":"https://two.example"})",
        R"({"iss":"https://one.example","\u0069ss":"https://one.example"})",
        R"({"iss":"https://one.example\u0000"})", R"({"iss":"https://one.example"}})",
        R"({"iss":"https://one.example","a":{"b":1,"b":2}})", R"(["https://one.example"])",
        R"("https://one.example")", "no json"}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, RoutePayload(payload))) << payload;
  }
}

TEST(IssuerRouter, GivesNoIssuerWhereNoneIsConfigured) {
  const std::string text = test::SignToken(Algorithm::kHs256, R"({"iss":""})");
  const Result<ParsedJws> jws = ParseJws(text);
  ASSERT_TRUE(test::Accepted(jws));
  const Result<RoutedIssuer> routed = IssuerRouter::Route(jws.value(), {});
  ASSERT_TRUE(test::Accepted(routed));
  EXPECT_EQ(routed.value().index, std::nullopt);
}

}  // namespace
}  // namespace pamjwt
