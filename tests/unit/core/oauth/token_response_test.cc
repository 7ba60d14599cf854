#include "core/oauth/token_response.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/oauth/members.h"
#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

/// Returns an answer with an access token, and `members` behind it.
std::string Answer(std::string_view members) {
  return R"({"access_token":"a.b.c","token_type":"Bearer")" +
         (members.empty() ? "" : "," + std::string(members)) + "}";
}

TEST(ParseTokenAnswer, ReadsTheTokensOfTheExample) {
  const Result<TokenAnswer> answer = ParseTokenAnswer(200, R"({
       "access_token":"2YotnFZFEjr1zCsicMWpAA",
       "token_type":"example",
       "expires_in":3600,
       "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA",
       "example_parameter":"example_value"
     })");  // RFC 6749 §5.1: its token_type is not known here (RFC 6749 §7.1)
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, answer));
  EXPECT_EQ(answer.error().detail, R"(the provider's token_type "example" is not known here)");

  const Result<TokenAnswer> known = ParseTokenAnswer(200, R"({
       "access_token":"2YotnFZFEjr1zCsicMWpAA",
       "token_type":"bEARER",
       "expires_in":3600,
       "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA",
       "example_parameter":"example_value"
     })");
  ASSERT_TRUE(Accepted(known));
  const auto& tokens = std::get<IssuedTokens>(known.value());
  EXPECT_EQ(tokens.access_token.view(), "2YotnFZFEjr1zCsicMWpAA");
  EXPECT_EQ(tokens.refresh_token.view(), "tGzv3JOkF0XG5Qx2TlKWIA");
  EXPECT_EQ(tokens.type, TokenType::kBearer);
  EXPECT_EQ(tokens.lifetime, Seconds{3600});
  EXPECT_TRUE(tokens.id_token.empty());
}

TEST(ParseTokenAnswer, ReadsTheTokensOfAnExchange) {
  // RFC 8693 §2.2.1.
  const Result<TokenAnswer> answer =
      ParseTokenAnswer(200, R"({"access_token":"x","token_type":"N_A","scope":"a b",)"
                            R"("issued_token_type":"urn:ietf:params:oauth:token-type:jwt"})");
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<IssuedTokens>(answer.value()).type, TokenType::kNotAnAccess);
  EXPECT_EQ(std::get<IssuedTokens>(answer.value()).scope, "a b");
  EXPECT_EQ(std::get<IssuedTokens>(answer.value()).lifetime, std::nullopt);
}

TEST(ParseTokenAnswer, TellsTokensThatNeedAProof) {
  // RFC 9449 §5.
  const Result<TokenAnswer> answer =
      ParseTokenAnswer(200, R"({"access_token":"x","token_type":"DPoP","id_token":"i"})");
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<IssuedTokens>(answer.value()).type, TokenType::kDpop);
  EXPECT_EQ(std::get<IssuedTokens>(answer.value()).id_token.view(), "i");
}

TEST(ParseTokenAnswer, ReadsTheErrorOfTheExample) {
  for (const int status : {400, 401, 200}) {
    const Result<TokenAnswer> answer =
        ParseTokenAnswer(status, R"({"error":"invalid_request"})");  // RFC 6749 §5.2
    ASSERT_TRUE(Accepted(answer)) << status;
    EXPECT_EQ(std::get<ProviderError>(answer.value()).code, "invalid_request");
    EXPECT_EQ(std::get<ProviderError>(answer.value()).description, "");
  }
}

TEST(ParseTokenAnswer, PrefersAnErrorToTokens) {
  const Result<TokenAnswer> answer =
      ParseTokenAnswer(200, Answer(R"("error":"x","error_description":"why")"));
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<ProviderError>(answer.value()).description, "why");
}

struct BadAnswer {
  const char* name;
  int status;
  std::string text;
  std::string_view detail;
};

const BadAnswer kBadAnswers[] = {
    {"Html", 500, "<html>",
     "the provider answered 500 with text that is not JSON: not JSON at byte 1"},
    {"Nothing", 503, "",
     "the provider answered 503 with text that is not JSON: not JSON at byte 1"},
    {"TokensWithAnotherStatus", 500, Answer(""), "the provider answered 500 without saying why"},
    {"NoToken", 200, R"({"token_type":"Bearer"})",
     "the provider's access_token is absent or empty"},
    {"NoType", 200, R"({"access_token":"a"})", "the provider's token_type is absent or empty"},
    {"TokenIsANumber", 200, R"({"access_token":1,"token_type":"Bearer"})",
     "the provider's access_token is not a string"},
    {"LineFeedInToken", 200, R"({"access_token":"a\nX: y","token_type":"Bearer"})",
     "the provider's access_token has a character that no token has"},
    {"BlankInRefreshToken", 200, Answer(R"("refresh_token":"a b")"),
     "the provider's refresh_token has a character that no token has"},
    {"IdTokenBeyondAscii", 200, Answer(R"("id_token":"ä")"),
     "the provider's id_token has a character that no token has"},
    {"LifetimeIsText", 200, Answer(R"("expires_in":"3600")"),
     "the provider's expires_in is not a whole number from 0 to 3162240000"},
    {"NegativeLifetime", 200, Answer(R"("expires_in":-1)"),
     "the provider's expires_in is not a whole number from 0 to 3162240000"},
    {"LifetimeWithAFraction", 200, Answer(R"("expires_in":1.5)"),
     "the provider's expires_in is not a whole number from 0 to 3162240000"},
    {"ErrorIsANumber", 400, R"({"error":400})", "the provider's error is not a string"},
};

class BadTokenAnswerTest : public testing::TestWithParam<BadAnswer> {};

TEST_P(BadTokenAnswerTest, IsRefusedInWords) {
  const Result<TokenAnswer> answer = ParseTokenAnswer(GetParam().status, GetParam().text);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, answer));
  EXPECT_EQ(answer.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(All, BadTokenAnswerTest, testing::ValuesIn(kBadAnswers), test::kCaseName);

TEST(ParseTokenAnswer, TakesTheTwinOfTheBadAnswers) {
  EXPECT_TRUE(Accepted(ParseTokenAnswer(
      200, Answer(R"("refresh_token":"a","id_token":"b","expires_in":0,"scope":null)"))));
}

TEST(ParseTokenAnswer, HasBounds) {
  const std::string most(kMaxTextBytes, 'x');
  EXPECT_TRUE(Accepted(ParseTokenAnswer(200, Answer(R"("id_token":")" + most + '"'))));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed,
                         ParseTokenAnswer(200, Answer(R"("id_token":"x)" + most + '"'))));
  EXPECT_TRUE(RefusedFor(
      Reason::kMalformed,
      ParseTokenAnswer(200, Answer(R"("x":")" + std::string(kMaxTokenAnswerBytes, 'x') + '"'))));
}

}  // namespace
}  // namespace pamjwt::oauth
