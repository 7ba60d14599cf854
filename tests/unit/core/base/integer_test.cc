#include "core/base/integer.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(ParseInteger, TakesWhatToStringWrites) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t number : {kLeast, kLeast + 1, std::int64_t{-10}, std::int64_t{-1},
                                    std::int64_t{0}, std::int64_t{1}, std::int64_t{10}, kMost}) {
    EXPECT_EQ(ParseInteger(std::to_string(number)), number);
  }
}

TEST(ParseInteger, TakesNoOtherForm) {
  for (const char* const bad : {"", "-", "+1", "01", "00", "-0", "-01", " 1", "1 ", "1.0", "1e1",
                                "0x1", "a", "9223372036854775808", "-9223372036854775809"}) {
    EXPECT_EQ(ParseInteger(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace pamjwt
