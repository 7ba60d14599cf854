#include "io/local_time.h"

#include <time.h>

#include <cstdlib>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

/// Sets the time zone of the process, and at the end of the test the one that it had.
class LocalTimeTest : public testing::Test {
 protected:
  LocalTimeTest() {
    if (const char* const zone = getenv("TZ")) old_zone_ = zone;
  }
  ~LocalTimeTest() override {
    if (old_zone_.has_value()) {
      SetZone(old_zone_->c_str());
    } else {
      unsetenv("TZ");
      tzset();
    }
  }

  /// Rules in POSIX's form, so that the test needs no files of zones.
  static void SetZone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }

 private:
  std::optional<std::string> old_zone_;
};

constexpr UnixTime kNoon{1800014400};  // 2027-01-15T12:00:00Z

TEST_F(LocalTimeTest, GivesTheTimeOfTodayWithItsZone) {
  SetZone("CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(LocalTimeText({kNoon.seconds + 300}, kNoon), "at 13:05 CET");
  EXPECT_EQ(LocalTimeText({1814443500}, {1814443500}), "at 14:05 CEST");  // 2027-07-01
  SetZone("UTC0");
  EXPECT_EQ(LocalTimeText({kNoon.seconds + 300}, kNoon), "at 12:05 UTC");
}

TEST_F(LocalTimeTest, GivesTheDateOfAnotherDay) {
  SetZone("CET-1CEST,M3.5.0,M10.5.0/3");
  // 2027-01-16T00:30 in this zone, and still the 15th in UTC.
  EXPECT_EQ(LocalTimeText({1800055800}, kNoon), "on 2027-01-16 at 00:30 CET");
  EXPECT_EQ(LocalTimeText({kNoon.seconds + 365 * 86400}, kNoon), "on 2028-01-15 at 13:00 CET");
  SetZone("EST5");
  EXPECT_EQ(LocalTimeText({1800055800}, kNoon), "at 18:30 EST");
}

TEST_F(LocalTimeTest, GivesTheLastSecondOfTheYear9999) {
  SetZone("UTC0");
  EXPECT_EQ(LocalTimeText(kLastSecond, kNoon), "on 9999-12-31 at 23:59 UTC");
}

}  // namespace
}  // namespace pamjwt
