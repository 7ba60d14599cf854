#include "jwks-fetcher/varlink/call_rate.h"

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

constexpr MonoTime kStart{5000};

MonoTime After(std::int64_t ms) {
  return {kStart.ms + ms};
}

/// Makes as many calls as are allowed in a second, all at kStart.
CallRate Full(uid_t user) {
  CallRate rate;
  for (std::size_t i = 0; i < CallRate::kCalls; ++i) {
    EXPECT_TRUE(rate.Allow(user, kStart)) << i;
  }
  return rate;
}

TEST(CallRate, RefusesTheEleventhCallOfASecond) {
  CallRate rate = Full(7);
  EXPECT_FALSE(rate.Allow(7, After(999)));
  EXPECT_TRUE(rate.Allow(7, After(1000)));
}

TEST(CallRate, CountsNoMoreThanTenInAnySecond) {
  CallRate rate;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(rate.Allow(7, After(i * 100)));
  }
  EXPECT_FALSE(rate.Allow(7, After(950)));
  EXPECT_TRUE(rate.Allow(7, After(1000)));
  EXPECT_FALSE(rate.Allow(7, After(1050)));  // ten since After(50)
  EXPECT_TRUE(rate.Allow(7, After(1100)));
}

TEST(CallRate, RefusedCallsDoNotCount) {
  CallRate rate = Full(7);
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(rate.Allow(7, After(500)));
  }
  EXPECT_TRUE(rate.Allow(7, After(1000)));
}

TEST(CallRate, CountsEachUserAlone) {
  CallRate rate = Full(7);
  EXPECT_FALSE(rate.Allow(7, kStart));
  EXPECT_TRUE(rate.Allow(8, kStart));
}

TEST(CallRate, ForgetsUsersWhoDoNotCall) {
  CallRate rate;
  for (uid_t user = 0; user < 1000; ++user) {
    ASSERT_TRUE(rate.Allow(user, kStart));
  }
  EXPECT_EQ(rate.users(), 1000U);
  EXPECT_TRUE(rate.Allow(5000, After(1000)));
  EXPECT_EQ(rate.users(), 1U);
}

}  // namespace
}  // namespace pamjwt::fetcher
