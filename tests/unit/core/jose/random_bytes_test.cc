#include "core/jose/random_bytes.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

TEST(RandomBytes, GivesOtherBytesEachTime) {
  const Result<Bytes> one = RandomBytes(32);
  const Result<Bytes> other = RandomBytes(32);
  ASSERT_TRUE(test::Accepted(one));
  ASSERT_TRUE(test::Accepted(other));
  EXPECT_EQ(one.value().size(), 32U);
  EXPECT_NE(one.value(), other.value());
}

}  // namespace
}  // namespace pamjwt
