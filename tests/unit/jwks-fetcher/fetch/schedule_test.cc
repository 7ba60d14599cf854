#include "jwks-fetcher/fetch/schedule.h"

#include <cstdint>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::fetcher {
namespace {

constexpr RefreshBounds kBounds{{300}, {3600}};
constexpr double kAlmostOne = 0.999999;

struct SuccessCase {
  const char* name;
  RefreshBounds bounds;
  std::optional<Seconds> fresh_for;
  std::int64_t least_ms;
  std::int64_t most_ms;
};

constexpr Seconds kForever{std::numeric_limits<std::int64_t>::max()};

constexpr SuccessCase kSuccesses[] = {
    {"NothingSaidCountsAsTheCeiling", kBounds, std::nullopt, 2'880'000, 3'240'000},
    {"WithinTheBounds", kBounds, Seconds{1000}, 800'000, 900'000},
    {"MustNotBeKept", kBounds, Seconds{0}, 300'000, 330'000},
    {"BelowTheFloor", kBounds, Seconds{299}, 300'000, 330'000},
    {"AtTheFloor", kBounds, Seconds{300}, 300'000, 330'000},
    {"LittleAboveTheFloor", kBounds, Seconds{350}, 300'000, 315'000},
    {"AtTheCeiling", kBounds, Seconds{3600}, 2'880'000, 3'240'000},
    {"AboveTheCeiling", kBounds, Seconds{3601}, 2'880'000, 3'240'000},
    {"Forever", kBounds, kForever, 2'880'000, 3'240'000},
    {"Negative", kBounds, Seconds{std::numeric_limits<std::int64_t>::min()}, 300'000, 330'000},
    {"OneBound", {{300}, {300}}, std::nullopt, 300'000, 330'000},
    {"BoundsTheWrongWayRound", {{300}, {200}}, std::nullopt, 300'000, 330'000},
    {"BoundsBeyondMilliseconds", {{1}, kForever}, kForever, 252'288'000'000, 283'824'000'000},
};

class DelayAfterSuccessTest : public testing::TestWithParam<SuccessCase> {};

TEST_P(DelayAfterSuccessTest, TheDelayLiesBetweenItsBounds) {
  const SuccessCase& given = GetParam();
  EXPECT_EQ(DelayAfterSuccess(given.bounds, given.fresh_for, 0.0), given.least_ms);
  const std::int64_t late = DelayAfterSuccess(given.bounds, given.fresh_for, kAlmostOne);
  EXPECT_LE(late, given.most_ms);
  EXPECT_GT(late, given.least_ms);
}

INSTANTIATE_TEST_SUITE_P(Schedule, DelayAfterSuccessTest, testing::ValuesIn(kSuccesses),
                         test::kCaseName);

struct FailureCase {
  const char* name;
  std::uint32_t failures;
  std::int64_t most_ms;
};

constexpr FailureCase kFailures[] = {
    {"First", 1, 2'000},
    {"Second", 2, 4'000},
    {"Fifth", 5, 32'000},
    {"Eighth", 8, 256'000},
    {"NinthMeetsTheFloor", 9, 300'000},
    {"Thousandth", 1000, 300'000},
    {"AsManyAsCanBe", std::numeric_limits<std::uint32_t>::max(), 300'000},
    {"NoneCountsAsOne", 0, 2'000},
};

class DelayAfterFailureTest : public testing::TestWithParam<FailureCase> {};

TEST_P(DelayAfterFailureTest, TheDelayDoublesUpToTheShortestInterval) {
  const std::int64_t most = GetParam().most_ms;
  EXPECT_EQ(DelayAfterFailure(kBounds, GetParam().failures, 0.0), most / 2);
  EXPECT_EQ(DelayAfterFailure(kBounds, GetParam().failures, 1.0), most);
}

INSTANTIATE_TEST_SUITE_P(Schedule, DelayAfterFailureTest, testing::ValuesIn(kFailures),
                         test::kCaseName);

TEST(After, DoesNotOverflow) {
  EXPECT_EQ(After({5}, 7), MonoTime{12});
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(After({kEnd - 7}, 7), MonoTime{kEnd});
  EXPECT_EQ(After({kEnd - 6}, 7), MonoTime{kEnd});
}

/// Returns the wait after a fetch at 0, in seconds.
std::int64_t WaitOf(Cooldown& cooldown, bool brought_new, Seconds least) {
  cooldown.Start({0}, brought_new, least);
  std::int64_t seconds = 0;
  while (cooldown.Holds({seconds * 1'000})) ++seconds;
  return seconds;
}

TEST(Cooldown, HoldsNothingBeforeTheFirstFetch) {
  EXPECT_FALSE(Cooldown().Holds({0}));
}

TEST(Cooldown, EndsAtTheExactMillisecond) {
  Cooldown cooldown;
  cooldown.Start({1'000}, false, {30});
  EXPECT_TRUE(cooldown.Holds({30'999}));
  EXPECT_FALSE(cooldown.Holds({31'000}));
}

TEST(Cooldown, TellsTheSecondsThatAreLeftRoundedUp) {
  Cooldown cooldown;
  EXPECT_EQ(cooldown.Left({0}), std::nullopt);
  cooldown.Start({1'000}, false, {30});
  EXPECT_EQ(cooldown.Left({1'000}), Seconds{30});
  EXPECT_EQ(cooldown.Left({1'001}), Seconds{30});
  EXPECT_EQ(cooldown.Left({2'000}), Seconds{29});
  EXPECT_EQ(cooldown.Left({30'999}), Seconds{1});
  EXPECT_EQ(cooldown.Left({31'000}), std::nullopt);
}

TEST(Cooldown, DoublesUpToFiveMinutes) {
  Cooldown cooldown;
  for (const std::int64_t wait : {30, 60, 120, 240, 300, 300}) {
    EXPECT_EQ(WaitOf(cooldown, false, {30}), wait);
  }
}

TEST(Cooldown, BeginsAnewWhenAFetchBringsKeys) {
  Cooldown cooldown;
  EXPECT_EQ(WaitOf(cooldown, false, {30}), 30);
  EXPECT_EQ(WaitOf(cooldown, false, {30}), 60);
  EXPECT_EQ(WaitOf(cooldown, true, {30}), 30);
  EXPECT_EQ(WaitOf(cooldown, false, {30}), 30);
  EXPECT_EQ(WaitOf(cooldown, false, {30}), 60);
  cooldown.BeginAnew();
  EXPECT_EQ(WaitOf(cooldown, false, {30}), 30);
}

TEST(Cooldown, KeepsToOneThatIsLongerThanFiveMinutes) {
  Cooldown cooldown;
  EXPECT_EQ(WaitOf(cooldown, false, {3600}), 3600);
  EXPECT_EQ(WaitOf(cooldown, false, {3600}), 3600);
}

TEST(Cooldown, FollowsAChangedConfiguration) {
  Cooldown cooldown;
  EXPECT_EQ(WaitOf(cooldown, false, {30}), 30);
  EXPECT_EQ(WaitOf(cooldown, false, {100}), 100);
  EXPECT_EQ(WaitOf(cooldown, false, {10}), 200);
}

}  // namespace
}  // namespace pamjwt::fetcher
