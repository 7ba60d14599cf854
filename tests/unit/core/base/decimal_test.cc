#include "core/base/decimal.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(ParseDecimal, TakesDigitsUpToABound) {
  EXPECT_EQ(ParseDecimal("0", 9), 0U);
  EXPECT_EQ(ParseDecimal("9", 9), 9U);
  EXPECT_EQ(ParseDecimal("4294967295", 4294967295U), 4294967295U);
  for (const char* const bad : {"", "10", "-1", "+1", " 1", "1 ", "01", "00", "0x1", "1.0", "a",
                                "4294967296", "99999999999999999999"}) {
    EXPECT_EQ(ParseDecimal(bad, 9), std::nullopt) << bad;
  }
  EXPECT_EQ(ParseDecimal("4294967296", 4294967295U), std::nullopt);
}

}  // namespace
}  // namespace pamjwt
