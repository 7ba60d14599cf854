#include "text/time_text.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "core/base/utc_time.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

struct TimeCase {
  const char* name;
  const char* text;
  std::optional<std::int64_t> seconds;  ///< nullopt: refused
};

constexpr TimeCase kTimes[] = {
    {"Epoch", "1970-01-01T00:00:00Z", 0},
    {"Rfc3339Example", "1985-04-12T23:20:50.52Z", 482196050},     // RFC 3339 §5.8
    {"OffsetWest", "1996-12-19T16:39:57-08:00", 851042397},       // RFC 3339 §5.8
    {"OffsetEast", "1937-01-01T12:00:27.87+00:20", -1041337173},  // RFC 3339 §5.8
    {"LeapSecond", "1990-12-31T23:59:60Z", 662688000},            // RFC 3339 §5.8
    {"LowerCase", "2026-03-01t12:00:00z", 1772366400},            // RFC 3339 §5.6
    {"Blank", "2026-03-01 12:00:00Z", 1772366400},                // RFC 3339 §5.6
    {"LeapDay", "2024-02-29T00:00:00Z", 1709164800},
    {"NoLeapDay", "2026-02-29T00:00:00Z", std::nullopt},
    {"DayThatIsNone", "2026-04-31T00:00:00Z", std::nullopt},
    {"HourThatIsNone", "2026-04-01T24:00:00Z", std::nullopt},
    {"SecondThatIsNone", "2026-04-01T23:59:61Z", std::nullopt},
    {"LastSecond", "9999-12-31T23:59:59Z", 253402300799},
    {"LastSecondWest", "9999-12-31T23:59:59-00:01", std::nullopt},
    {"Seconds", "1700000000", 1700000000},
    {"SecondsBeforeTheEpoch", "-1", -1},
    {"SecondsTooMany", "253402300800", std::nullopt},
    {"SecondsBeyond64Bits", "99999999999999999999", std::nullopt},
    {"WithoutZone", "2026-03-01T12:00:00", std::nullopt},
    {"WithoutTime", "2026-03-01", std::nullopt},
    {"FractionWithoutDigits", "2026-03-01T12:00:00.Z", std::nullopt},
    {"TextBehind", "2026-03-01T12:00:00Zx", std::nullopt},
    {"OneDigitMonth", "2026-3-01T12:00:00Z", std::nullopt},
    {"SignInsteadOfDigit", "2026-+3-01T12:00:00Z", std::nullopt},
    {"OffsetWithoutColon", "2026-03-01T12:00:00+0100", std::nullopt},
    {"Word", "now", std::nullopt},
    {"Empty", "", std::nullopt},
};

class ParseTimeTest : public testing::TestWithParam<TimeCase> {};

TEST_P(ParseTimeTest, ReadsRfc3339AndSeconds) {
  const Result<UnixTime> time = ParseTime(GetParam().text);
  if (!GetParam().seconds.has_value()) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, time));
    return;
  }
  ASSERT_TRUE(test::Accepted(time));
  EXPECT_EQ(time.value().seconds, *GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(TimeText, ParseTimeTest, testing::ValuesIn(kTimes), test::kCaseName);

constexpr TimeCase kSpans[] = {
    {"Seconds", "90s", 90},
    {"Minutes", "10m", 600},
    {"Hours", "24h", 86400},
    {"Days", "7d", 604800},
    {"Nothing", "0s", 0},
    {"Longest", "36500d", 3153600000},
    {"TooLong", "36501d", std::nullopt},
    {"Beyond64Bits", "9999999999999999999d", std::nullopt},
    {"WithoutUnit", "90", std::nullopt},
    {"UnitAlone", "m", std::nullopt},
    {"Negative", "-1s", std::nullopt},
    {"Fraction", "1.5h", std::nullopt},
    {"Blank", "1 h", std::nullopt},
    {"OtherUnit", "1w", std::nullopt},
    {"Two", "1h30m", std::nullopt},
    {"Empty", "", std::nullopt},
};

class ParseSpanTest : public testing::TestWithParam<TimeCase> {};

TEST_P(ParseSpanTest, ReadsWhatTheConfigurationReads) {
  const Result<Seconds> span = ParseSpan(GetParam().text);
  if (!GetParam().seconds.has_value()) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, span));
    return;
  }
  ASSERT_TRUE(test::Accepted(span));
  EXPECT_EQ(span.value().count, *GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(TimeText, ParseSpanTest, testing::ValuesIn(kSpans), test::kCaseName);

TEST(ParseTime, ReadsWhatFormatUtcWrites) {
  for (const std::int64_t seconds : {-62167219200L, -1L, 0L, 1772366400L, 253402300799L}) {
    const std::string text = FormatUtc(UnixTime{seconds});
    const Result<UnixTime> time = ParseTime(text);
    ASSERT_TRUE(test::Accepted(time)) << text;
    EXPECT_EQ(time.value().seconds, seconds) << text;
  }
}

TEST(ShowTimeFrom, SaysHowFarAwayATimeIs) {
  constexpr UnixTime kNow{1772366400};
  const auto shown = [&](std::int64_t later) {
    return ShowTimeFrom(kNow, UnixTime{kNow.seconds + later});
  };
  EXPECT_EQ(shown(0), "2026-03-01 12:00:00 UTC (now)");
  EXPECT_EQ(shown(1), "2026-03-01 12:00:01 UTC (in 1 second)");
  EXPECT_EQ(shown(-1), "2026-03-01 11:59:59 UTC (1 second ago)");
  EXPECT_EQ(shown(245), "2026-03-01 12:04:05 UTC (in 4 minutes)");
  EXPECT_EQ(shown(-3 * 86400), "2026-02-26 12:00:00 UTC (3 days ago)");
  EXPECT_EQ(ShowTimeFrom(kNow, UnixTime{253402300800}), "");
  EXPECT_EQ(ShowTimeFrom(kNow, UnixTime{253402300799}),
            "9999-12-31 23:59:59 UTC (in 2912383 days)");
}

}  // namespace
}  // namespace pamjwt
