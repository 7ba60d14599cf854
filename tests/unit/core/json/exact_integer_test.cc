#include "core/json/exact_integer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

struct NumberCase {
  const char* name;
  std::string_view text;
  std::optional<std::int64_t> value;
};

// RFC 8259 §6.
constexpr NumberCase kCases[] = {
    {"Plain", "22", 22},
    {"WithAZeroBehindThePoint", "22.0", 22},
    {"WithManyZeros", "22.0000000000000000000000000000000000000000", 22},
    {"WithAnExponent", "2.2e1", 22},
    {"WithALargeE", "2.2E1", 22},
    {"WithAPlus", "2.2e+1", 22},
    {"WithANegativeExponent", "220e-1", 22},
    {"WithZerosInTheExponent", "2.2e0000000000000000000000000000001", 22},
    {"BelowOne", "0.00022e5", 22},
    {"Negative", "-22.0", -22},
    {"Zero", "0.0", 0},
    {"NegativeZero", "-0.0", 0},
    {"ZeroWithAHugeExponent", "0e99999999999999999999", 0},
    {"WithThePointOfALocale", "22,0", 22},
    {"WithAFraction", "22.5", std::nullopt},
    {"WithASmallFraction", "22.00000000000000000000000000000000000000001", std::nullopt},
    {"WithAFractionByTheExponent", "22e-1", std::nullopt},
    {"SmallerThanADouble", "1e-400", std::nullopt},
    // Each of these is rounded to 2^53 as a double.
    {"Above53Bits", "9007199254740993.0", 9007199254740993},
    {"Above53BitsByTheExponent", "9.007199254740993e15", 9007199254740993},
    {"At53Bits", "9007199254740992.0", 9007199254740992},
    {"TheLargest", "9223372036854775807.0", INT64_MAX},
    {"TheLargestByTheExponent", "9.223372036854775807e18", INT64_MAX},
    {"AboveTheLargest", "9223372036854775808.0", std::nullopt},
    {"TheLeast", "-9223372036854775808.0", INT64_MIN},
    {"BelowTheLeast", "-9223372036854775809.0", std::nullopt},
    {"TenToThe18", "1e18", 1'000'000'000'000'000'000},
    {"TenToThe19", "1e19", std::nullopt},
    {"TenToThe20", "1e20", std::nullopt},
    {"AHugeExponent", "1e9223372036854775807", std::nullopt},
    {"AHugeNegativeExponent", "1e-9223372036854775808", std::nullopt},
    {"AnExponentBeyond64Bits", "1e99999999999999999999", std::nullopt},
};

class ExactIntegerTest : public testing::TestWithParam<NumberCase> {};

TEST_P(ExactIntegerTest, GivesTheValueIfItIsAnInteger) {
  EXPECT_EQ(ExactInteger(GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(ExactInteger, ExactIntegerTest, testing::ValuesIn(kCases),
                         test::kCaseName);

TEST(ExactInteger, ReadsNumbersOfAnyLength) {
  const std::string zeros(60'000, '0');
  EXPECT_EQ(ExactInteger("0." + zeros + "22e60002"), 22);
  EXPECT_EQ(ExactInteger("22" + zeros + "e-60000"), 22);
  EXPECT_EQ(ExactInteger("22" + zeros), std::nullopt);
  EXPECT_EQ(ExactInteger("22." + zeros), 22);
  EXPECT_EQ(ExactInteger("22." + zeros + "1"), std::nullopt);
}

}  // namespace
}  // namespace pamjwt
