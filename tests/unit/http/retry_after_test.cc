#include "http/retry_after.h"

#include <gtest/gtest.h>

namespace pamjwt::http {
namespace {

constexpr UnixTime kSent{784'111'777};  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(RetryAfterTest, TakesSeconds) {
  EXPECT_EQ(RetryAfter("0", kSent), Seconds{0});
  EXPECT_EQ(RetryAfter("120", kSent), Seconds{120});
  EXPECT_EQ(RetryAfter("4294967295", kSent), Seconds{4'294'967'295});
}

TEST(RetryAfterTest, TakesADate) {
  EXPECT_EQ(RetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", kSent), Seconds{0});
  EXPECT_EQ(RetryAfter("Sun, 06 Nov 1994 08:50:07 GMT", kSent), Seconds{30});
  EXPECT_EQ(RetryAfter("Sun, 06 Nov 1994 08:49:36 GMT", kSent), Seconds{0});
}

TEST(RetryAfterTest, IgnoresWhatMakesNoSense) {
  for (const char* const value : {"", "-1", "+1", " 1", "1 ", "1.5", "1s", "soon", "4294967296",
                                  "Sun, 06 Nov 1994 08:49:37"}) {
    EXPECT_EQ(RetryAfter(value, kSent), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace pamjwt::http
