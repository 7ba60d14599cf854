#include <string>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "core/jose/verify.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/vector.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::Verify;
using test::VerifyWithSecret;

class RfcExampleTest : public testing::TestWithParam<const char*> {};

/// Verifies `token` with the key of the vector.
Result<VerifiedPayload> VerifyVector(const Json& vector, const std::string& token) {
  const Json& jwk = *vector.Find("jwk");
  if (const Json* const secret = jwk.Find("k")) {
    return VerifyWithSecret(token, DecodeBase64Url(*secret->AsString())->view());
  }
  const Result<Jwk> key = ParseJwk(jwk);
  if (!key.ok()) return key.error();
  return Verify(token, key.value());
}

TEST_P(RfcExampleTest, VerifiesAndNoLongerDoesWithOneBitChanged) {
  const Json vector = test::ReadVector(std::string(GetParam()) + ".json");
  const std::string& token = test::VectorText(vector, "token");
  EXPECT_TRUE(Accepted(VerifyVector(vector, token)));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, VerifyVector(vector, test::WithFlippedBit(token))));
}

INSTANTIATE_TEST_SUITE_P(Jws, RfcExampleTest,
                         testing::Values("rfc7515_a1", "rfc7515_a2", "rfc7515_a3", "rfc7515_a4",
                                         "rfc7520_4_1", "rfc7520_4_2", "rfc7520_4_3", "rfc7520_4_4",
                                         "rfc8037_a4"),
                         [](const auto& each) { return std::string(each.param); });

TEST(RfcExample, Rfc7515AppendixA1GivesItsPayload) {
  const Json vector = test::ReadVector("rfc7515_a1.json");
  const Result<VerifiedPayload> payload = VerifyVector(vector, test::VectorText(vector, "token"));
  ASSERT_TRUE(Accepted(payload));
  EXPECT_EQ(payload.value().text(),
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
}

TEST(RfcExample, Rfc7515AppendixA5IsUnsecuredAndRefused) {
  const Json vector = test::ReadVector("rfc7515_a5.json");
  const std::string& token = test::VectorText(vector, "token");
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseJws(token)));
  EXPECT_TRUE(RefusedFor(Reason::kAlgorithm, ParseJws(token + "AAAA")));
}

}  // namespace
}  // namespace pamjwt
