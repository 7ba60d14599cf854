#include "jwks-fetcher/feed/feed_schedule.h"

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

constexpr MonoTime kBegun{1'000'000};
constexpr MonoTime kEnded{1'000'200};
constexpr Seconds kMinute{60};

/// Returns the milliseconds from the beginning of a fetch to the next one.
std::int64_t DelayMs(std::optional<Seconds> retry_after, double random, MonoTime ended = kEnded,
                     Seconds refresh = kMinute) {
  return NextFeedFetch(kBegun, ended, refresh, retry_after, random).ms - kBegun.ms;
}

TEST(NextFeedFetch, IsNeverLaterThanTheIntervalAndAtMostATenthEarlier) {
  EXPECT_EQ(DelayMs(std::nullopt, 0), 60'000);
  EXPECT_EQ(DelayMs(std::nullopt, 0.5), 57'000);
  EXPECT_EQ(DelayMs(std::nullopt, 1), 54'000);
  EXPECT_EQ(DelayMs(std::nullopt, 1, kEnded, {5}), 4'500);
}

TEST(NextFeedFetch, CountsFromTheBeginningOfTheLastFetch) {
  EXPECT_EQ(DelayMs(std::nullopt, 0, {kBegun.ms + 59'999}), 60'000);
  EXPECT_EQ(DelayMs(std::nullopt, 0, {kBegun.ms + 60'001}), 60'001);
}

TEST(NextFeedFetch, WaitsAsLongAsTheServerWantsUpToABound) {
  EXPECT_EQ(DelayMs(Seconds{0}, 0), 60'000);
  EXPECT_EQ(DelayMs(Seconds{59}, 0), 60'000);
  EXPECT_EQ(DelayMs(Seconds{60}, 0), 60'200);
  EXPECT_EQ(DelayMs(Seconds{300}, 1), 300'200);
  EXPECT_EQ(DelayMs(Seconds{301}, 1), 300'200);
  EXPECT_EQ(DelayMs(Seconds{4'294'967'295}, 1), 300'200);
}

TEST(NextFeedFetch, WaitsAWholeIntervalLongerAtMostIfThatIsMore) {
  EXPECT_EQ(DelayMs(Seconds{4'000}, 0, kEnded, {3'600}), 3'600'200);
}

}  // namespace
}  // namespace pamjwt::fetcher
