#include "jwks-fetcher/host/pace.h"

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

TEST(Pace, LetsTheFirstWorkBeDoneAtOnce) {
  EXPECT_EQ(Pace().next(), MonoTime{});
}

TEST(Pace, LetsWorkTakeATwentiethOfTheTime) {
  Pace pace;
  pace.Note(MonoTime{1'000}, MonoTime{1'100});
  EXPECT_EQ(pace.next(), MonoTime{3'000});
  pace.Note(MonoTime{3'000}, MonoTime{3'001});
  EXPECT_EQ(pace.next(), MonoTime{3'020});
}

TEST(Pace, RestsForFiveSecondsAtMost) {
  Pace pace;
  pace.Note(MonoTime{1'000}, MonoTime{1'263});
  EXPECT_EQ(pace.next(), MonoTime{1'263 + 4'997});
  pace.Note(MonoTime{1'000}, MonoTime{1'264});
  EXPECT_EQ(pace.next(), MonoTime{1'264 + 5'000});
  pace.Note(MonoTime{1'000}, MonoTime{60'000});
  EXPECT_EQ(pace.next(), MonoTime{65'000});
}

TEST(Pace, DoesNotHoldUpWorkThatTakesNoTime) {
  Pace pace;
  pace.Note(MonoTime{1'000}, MonoTime{1'000});
  EXPECT_EQ(pace.next(), MonoTime{1'000});
}

}  // namespace
}  // namespace pamjwt::fetcher
