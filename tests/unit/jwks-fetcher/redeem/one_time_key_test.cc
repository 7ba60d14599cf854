#include "jwks-fetcher/redeem/one_time_key.h"

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

std::string KeyOf(std::string_view issuer, std::string_view jti) {
  return OneTimeKey(issuer, jti).value();
}

TEST(OneTimeKey, IsTheDigestOfIssuerAndJtiWithTheirLengths) {
  // printf '15:https://a.test/1:j' | sha256sum
  EXPECT_EQ(KeyOf("https://a.test/", "j"),
            "8db52510d6c39c2f88bcbf138ab2e3af3c0fe18d5500013564340aa42143f236");
}

TEST(OneTimeKey, DependsOnWhereTheIssuerEndsAndTheJtiBegins) {
  EXPECT_NE(KeyOf("https://a", "bc"), KeyOf("https://ab", "c"));
  EXPECT_NE(KeyOf("https://a", "1:b"), KeyOf("https://a1:", "b"));
  EXPECT_NE(KeyOf("https://a", "b"), KeyOf("https://a", "B"));
  EXPECT_NE(KeyOf("https://a", "b"), KeyOf("https://a/", "b"));
}

}  // namespace
}  // namespace pamjwt::fetcher
