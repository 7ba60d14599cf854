#include "core/jose/token_hash.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

TEST(TokenHash, IsTheOneOfTheExample) {
  // OpenID Connect Core, appendix A.3: an access token, and at_hash of its ID token with RS256.
  const Result<std::string> hash =
      TokenHash(Algorithm::kRs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
  ASSERT_TRUE(test::Accepted(hash));
  EXPECT_EQ(hash.value(), "77QmUPtjPfzWtF2AnpK9RQ");
}

TEST(TokenHash, TakesTheDigestOfTheAlgorithm) {
  // printf a | openssl dgst -sha384 -binary | head -c 24 | basenc --base64url, and with sha512 and
  // 32 bytes. Ed25519 has SHA-512 inside (RFC 8032 §5.1).
  EXPECT_EQ(TokenHash(Algorithm::kEs384, "a").value(), "VKWbnyKwuAiA2EJ-VIt8I6vYc0huHwNd");
  EXPECT_EQ(TokenHash(Algorithm::kPs512, "a").value(),
            "H0D8ktokFpR1CXnubPWC8tXX0o4YM13gWrxU0FYOD1M");
  EXPECT_EQ(TokenHash(Algorithm::kEdDsa, "a").value(),
            "H0D8ktokFpR1CXnubPWC8tXX0o4YM13gWrxU0FYOD1M");
}

}  // namespace
}  // namespace pamjwt
