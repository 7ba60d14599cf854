#include "http/http_date.h"

#include <cstdint>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::http {
namespace {

struct DateCase {
  const char* name;
  std::string_view text;
  std::optional<std::int64_t> seconds;
};

constexpr DateCase kCases[] = {
    {"OfTheRfc", "Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777},
    {"Epoch", "Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"BeforeTheEpoch", "Wed, 31 Dec 1969 23:59:59 GMT", -1},
    {"LeapDay", "Thu, 29 Feb 2024 00:00:00 GMT", 1'709'164'800},
    {"LeapDayOfACentury", "Tue, 29 Feb 2000 00:00:00 GMT", 951'782'400},
    {"LeapSecond", "Sat, 31 Dec 2016 23:59:60 GMT", 1'483'228'799},
    {"LastYear", "Fri, 31 Dec 9999 23:59:59 GMT", 253'402'300'799},
    {"AnyNameOfTheDay", "Xyz, 06 Nov 1994 08:49:37 GMT", 784'111'777},
    {"NoLeapDay", "Wed, 29 Feb 2023 00:00:00 GMT", std::nullopt},
    {"NoLeapDayOfACentury", "Thu, 29 Feb 2100 00:00:00 GMT", std::nullopt},
    {"DayZero", "Sun, 00 Nov 1994 08:49:37 GMT", std::nullopt},
    {"Day31OfNovember", "Sun, 31 Nov 1994 08:49:37 GMT", std::nullopt},
    {"OtherMonth", "Sun, 06 NOV 1994 08:49:37 GMT", std::nullopt},
    {"Hour24", "Sun, 06 Nov 1994 24:00:00 GMT", std::nullopt},
    {"Minute60", "Sun, 06 Nov 1994 08:60:37 GMT", std::nullopt},
    {"Second61", "Sun, 06 Nov 1994 08:49:61 GMT", std::nullopt},
    {"OtherZone", "Sun, 06 Nov 1994 08:49:37 CET", std::nullopt},
    {"Signed", "Sun, 06 Nov 1994 08:-9:37 GMT", std::nullopt},
    {"OldForm", "Sunday, 06-Nov-94 08:49:37 GMT", std::nullopt},
    {"OldestForm", "Sun Nov  6 08:49:37 1994", std::nullopt},
    {"BehindIt", "Sun, 06 Nov 1994 08:49:37 GMT ", std::nullopt},
    {"Zero", "0", std::nullopt},
    {"Empty", "", std::nullopt},
};

class ParseHttpDateTest : public testing::TestWithParam<DateCase> {};

TEST_P(ParseHttpDateTest, TakesTheOneForm) {
  const std::optional<UnixTime> date = ParseHttpDate(GetParam().text);
  ASSERT_EQ(date.has_value(), GetParam().seconds.has_value());
  if (date.has_value()) {
    EXPECT_EQ(date->seconds, *GetParam().seconds);
  }
}

INSTANTIATE_TEST_SUITE_P(HttpDate, ParseHttpDateTest, testing::ValuesIn(kCases), test::kCaseName);

}  // namespace
}  // namespace pamjwt::http
