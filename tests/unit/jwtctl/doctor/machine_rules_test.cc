#include "jwtctl/doctor/machine_rules.h"

#include <optional>

#include <gtest/gtest.h>

#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

TEST(JudgeClock, WantsAClockThatIsSynchronisedAndNotBeforeTheBuild) {
  constexpr UnixTime kBuilt{1772366400};
  EXPECT_EQ(ShowFindings(JudgeClock({kBuilt, true, kBuilt})), "");
  EXPECT_EQ(ShowFindings(JudgeClock({{kBuilt.seconds - 1}, true, kBuilt})), "clock.wrong:critical");
  EXPECT_EQ(ShowFindings(JudgeClock({kBuilt, false, kBuilt})), "clock.unsynchronised:warning");
  EXPECT_EQ(ShowFindings(JudgeClock({kBuilt, std::nullopt, kBuilt})), "clock.unknown:ok");
}

TEST(ReadClock, IsNotBeforeTheBuild) {
  const ClockState clock = ReadClock();
  EXPECT_GE(clock.now.seconds, clock.built.seconds);
  EXPECT_EQ(clock.built.seconds % 86400, 0);
  EXPECT_GT(clock.built.seconds, 1735689600);  // 2025
}

}  // namespace
}  // namespace pamjwt::ctl
