#include "core/ssh/bound_nonce.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;

const std::string kSalt = "AAAAAAAAAAAAAAAAAAAAAA";

TEST(BoundNonce, IsTheDigestThatTheFormatDescribes) {
  // printf '\0\0\0\x0epjk1@pamjwt.io\0\0\0\x16AAAAAAAAAAAAAAAAAAAAAA\0\0\0\3key' |
  //   openssl dgst -sha256 -binary | basenc --base64url
  const Result<std::string> nonce = BoundNonce(kSalt, AsBytes("key"));
  ASSERT_TRUE(Accepted(nonce));
  EXPECT_EQ(nonce.value(), "pjk1.YwwPVHYZTvAWLblnYhGeVuce_DRbY0YgqydyhgcLY4U");
}

TEST(BoundNonce, ChangesWithSaltAndKey) {
  const std::string nonce = BoundNonce(kSalt, AsBytes("key")).value();
  EXPECT_EQ(BoundNonce(kSalt, AsBytes("key")).value(), nonce);
  EXPECT_NE(BoundNonce(kSalt, AsBytes("kez")).value(), nonce);
  EXPECT_NE(BoundNonce(kSalt + "A", AsBytes("key")).value(), nonce);
  EXPECT_NE(BoundNonce(kSalt + "k", AsBytes("ey")).value(), nonce);
}

TEST(IsSalt, TakesEnoughCharactersOfBase64Url) {
  EXPECT_TRUE(IsSalt(std::string(22, 'a')));
  EXPECT_FALSE(IsSalt(std::string(21, 'a')));
  EXPECT_TRUE(IsSalt(std::string(64, '_')));
  EXPECT_FALSE(IsSalt(std::string(65, '_')));
  EXPECT_TRUE(IsSalt(std::string(21, 'a') + "-"));
  EXPECT_FALSE(IsSalt(std::string(21, 'a') + "+"));
  EXPECT_FALSE(IsSalt(std::string(21, 'a') + "~"));
  EXPECT_FALSE(IsSalt(""));
}

}  // namespace
}  // namespace pamjwt
