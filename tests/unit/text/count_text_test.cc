#include "text/count_text.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(ShowCount, WritesTheSingularForOneOnly) {
  EXPECT_EQ(ShowCount(0, "key"), "0 keys");
  EXPECT_EQ(ShowCount(1, "key"), "1 key");
  EXPECT_EQ(ShowCount(2, "key"), "2 keys");
}

TEST(ShowCount, TakesAPluralOfItsOwn) {
  EXPECT_EQ(ShowCount(0, "entry", "entries"), "0 entries");
  EXPECT_EQ(ShowCount(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(ShowCount(2, "entry", "entries"), "2 entries");
}

}  // namespace
}  // namespace pamjwt
