#include "core/json/real_number.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

// RFC 8259 §6.
TEST(RealNumber, ReadsFractionsAndExponents) {
  EXPECT_EQ(RealNumber("0.5"), 0.5);
  EXPECT_EQ(RealNumber("-1.25e2"), -125.0);
  EXPECT_EQ(RealNumber("4.1000000005e9"), 4100000000.5);
  EXPECT_EQ(RealNumber("1.25E+300"), 1.25e300);
  EXPECT_EQ(RealNumber("25e-1"), 2.5);
  EXPECT_EQ(RealNumber("-0.0"), 0.0);
}

// The JSON library puts the first byte of the locale's point there, which may have two.
TEST(RealNumber, TakesAnyCharacterForThePoint) {
  EXPECT_EQ(RealNumber("4,1000000005e9"), 4100000000.5);
  EXPECT_EQ(RealNumber("4\3311000000005e9"), 4100000000.5);
}

TEST(RealNumber, RoundsToTheNearest) {
  EXPECT_EQ(RealNumber("0.1"), 0.1);
  EXPECT_EQ(RealNumber("9007199254740993.4"), 9007199254740994.0);
}

TEST(RealNumber, HasNoValueForWhatADoubleCannotHold) {
  EXPECT_EQ(RealNumber("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_EQ(RealNumber("1.8e308"), std::nullopt);
  EXPECT_EQ(RealNumber("1.5e-400"), std::nullopt);
}

}  // namespace
}  // namespace pamjwt
