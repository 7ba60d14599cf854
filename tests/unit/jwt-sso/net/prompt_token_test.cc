#include "jwt-sso/net/prompt_token.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt::sso {
namespace {

struct PromptCase {
  const char* name;
  const char* claims;
  const char* claims_of_certificate;  ///< empty: there is no certificate
  std::optional<Reason> refusal;
};

class CheckForPromptTest : public testing::TestWithParam<PromptCase> {};

std::string Token(std::string_view claims) {
  return claims.empty() ? "" : test::SignToken(Algorithm::kEs256, claims);
}

TEST_P(CheckForPromptTest, TakesOnlyATokenForThisServiceThatNothingBinds) {
  const PromptCase& c = GetParam();
  EXPECT_TRUE(test::EndsIn(c.refusal,
                           CheckForPrompt(Token(c.claims), "db", Token(c.claims_of_certificate))));
}

const PromptCase kCases[] = {
    {"Good", R"({"aud":"db"})", R"({"aud":"ssh"})", std::nullopt},
    {"GoodAmongOthers", R"({"aud":["api","db"]})", R"({"aud":["ssh","web"]})", std::nullopt},
    {"NoCertificate", R"({"aud":"db"})", "", std::nullopt},
    {"OtherAudience", R"({"aud":"api"})", R"({"aud":"ssh"})", Reason::kAudience},
    {"PartOfTheAudience", R"({"aud":"dbs"})", R"({"aud":"ssh"})", Reason::kAudience},
    {"NoAudience", R"({"sub":"db"})", R"({"aud":"ssh"})", Reason::kAudience},
    {"AudienceOfTheCertificateToo", R"({"aud":["db","ssh"]})", R"({"aud":["ssh","web"]})",
     Reason::kAudience},
    {"SameAudience", R"({"aud":"db"})", R"({"aud":"db"})", Reason::kAudience},
    {"BoundByCnf", R"({"aud":"db","cnf":{"jkt":"x"}})", R"({"aud":"ssh"})", Reason::kBound},
    {"NullCnf", R"({"aud":"db","cnf":null})", R"({"aud":"ssh"})", Reason::kBound},
    {"BoundByNonce", R"({"aud":"db","nonce":"pjk1.x"})", R"({"aud":"ssh"})", Reason::kBound},
    {"PlainNonce", R"({"aud":"db","nonce":"pjk.x"})", R"({"aud":"ssh"})", std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(Tokens, CheckForPromptTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(CheckForPromptTextTest, RefusesAnOpaqueToken) {
  EXPECT_TRUE(test::RefusedFor(Reason::kUnsupported, CheckForPrompt("opaque", "db", "")));
}

TEST(CheckForPromptTextTest, RefusesIfTheCertificatesTokenCannotBeRead) {
  const std::string good = Token(R"({"aud":"db"})");
  EXPECT_TRUE(test::RefusedFor(Reason::kUnsupported, CheckForPrompt(good, "db", "opaque")));
}

}  // namespace
}  // namespace pamjwt::sso
