#include "core/jose/unverified.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt {
namespace {

TEST(ReadUnverified, ShowsHeaderAndPayloadWhateverTheSignature) {
  const std::string token =
      test::WithFlippedBit(test::SignToken(Algorithm::kHs256, R"({"aud":"ssh://a.example"})"));
  const Result<UnverifiedToken> read = ReadUnverified(token);
  ASSERT_TRUE(test::Accepted(read));
  EXPECT_EQ(*read.value().header.Find("alg")->AsString(), "HS256");
  EXPECT_EQ(*read.value().payload.Find("aud")->AsString(), "ssh://a.example");
}

TEST(ReadUnverified, ReadsWhatNoAlgorithmOfOursSigned) {
  EXPECT_TRUE(test::Accepted(ReadUnverified(test::SigningInput(R"({"alg":"none"})", "{}") + ".")));
}

TEST(ReadUnverified, RefusesWhatIsNoCompactJws) {
  const std::string token = test::SigningInput(R"({"alg":"RS256"})", "{}");
  EXPECT_TRUE(test::Accepted(ReadUnverified(token + ".AAAA")));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ReadUnverified("")));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ReadUnverified(token)));
  EXPECT_TRUE(test::RefusedFor(Reason::kUnsupported, ReadUnverified(token + ".A.A.A")));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ReadUnverified("e30.e3.A")));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ReadUnverified("AAAA.e30.A")));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ReadUnverified("e30.AAAA.A")));
}

}  // namespace
}  // namespace pamjwt
