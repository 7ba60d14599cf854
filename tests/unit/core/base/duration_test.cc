#include "core/base/duration.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(ParseDuration, ReadsAnIntegerAndItsUnit) {
  EXPECT_EQ(ParseDuration("0s"), Seconds{0});
  EXPECT_EQ(ParseDuration("90s"), Seconds{90});
  EXPECT_EQ(ParseDuration("5m"), Seconds{300});
  EXPECT_EQ(ParseDuration("24h"), Seconds{86400});
  EXPECT_EQ(ParseDuration("7d"), Seconds{604800});
}

TEST(ParseDuration, RefusesWhatIsNoSpan) {
  for (const char* const text : {"", "5", "s", "-5s", "+5s", " 5s", "5 s", "5s ", "5.5s", "5S",
                                 "5ms", "5w", "0x5s", "five"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(ParseDuration, RefusesWhatFitsNoInt64) {
  EXPECT_EQ(ParseDuration("9223372036854775807s"), Seconds{INT64_MAX});
  EXPECT_EQ(ParseDuration("9223372036854775808s"), std::nullopt);
  EXPECT_EQ(ParseDuration("153722867280912930m"), Seconds{153722867280912930 * 60});
  EXPECT_EQ(ParseDuration("153722867280912931m"), std::nullopt);
}

TEST(SpanInWords, TakesTheLargestUnitOfWhichThereAreTwo) {
  EXPECT_EQ(SpanInWords(Seconds{0}), "0 seconds");
  EXPECT_EQ(SpanInWords(Seconds{1}), "1 second");
  EXPECT_EQ(SpanInWords(Seconds{119}), "119 seconds");
  EXPECT_EQ(SpanInWords(Seconds{120}), "2 minutes");
  EXPECT_EQ(SpanInWords(Seconds{7199}), "119 minutes");
  EXPECT_EQ(SpanInWords(Seconds{7200}), "2 hours");
  EXPECT_EQ(SpanInWords(Seconds{172799}), "47 hours");
  EXPECT_EQ(SpanInWords(Seconds{172800}), "2 days");
}

}  // namespace
}  // namespace pamjwt
