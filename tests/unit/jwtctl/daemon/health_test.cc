#include "jwtctl/daemon/health.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr UnixTime kNow{1772366400};

struct AgeCase {
  const char* name;
  std::optional<std::int64_t> age;
  Health health;
  const char* text;
};

constexpr AgeCase kAges[] = {
    {"JustNow", 0, Health::kOk, "fetched 0 seconds ago"},
    {"HalfOfMaxStale", kDay / 2, Health::kOk, "fetched 12 hours ago"},
    {"OneSecondMore", kDay / 2 + 1, Health::kWarning,
     "fetched 12 hours ago, over half of max_stale, 24 hours"},
    {"MaxStale", kDay, Health::kWarning, "fetched 24 hours ago, over half of max_stale, 24 hours"},
    {"OneSecondTooOld", kDay + 1, Health::kCritical,
     "fetched 24 hours ago, too old: max_stale is 24 hours"},
    {"Leeway", -30, Health::kOk, "fetched 0 seconds ago"},
    {"InTheFuture", -31, Health::kCritical, "fetched in the future: look at this host's clock"},
    {"Never", std::nullopt, Health::kCritical, "never fetched"},
};

class JudgeAgeTest : public testing::TestWithParam<AgeCase> {};

TEST_P(JudgeAgeTest, JudgesTheAgeOfKeysAsALoginWould) {
  Config config;
  std::optional<UnixTime> fetched;
  if (GetParam().age.has_value()) fetched = UnixTime{kNow.seconds - *GetParam().age};
  const Judgement judgement = JudgeAge(fetched, kNow, config);
  EXPECT_EQ(judgement.health, GetParam().health);
  EXPECT_EQ(judgement.text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(JudgeAge, JudgeAgeTest, testing::ValuesIn(kAges), test::kCaseName);

TEST(WorseOf, OrdersOkWarningUnknownCritical) {
  constexpr Health kFromGoodToBad[] = {Health::kOk, Health::kWarning, Health::kUnknown,
                                       Health::kCritical};
  for (std::size_t i = 0; i < std::size(kFromGoodToBad); ++i) {
    for (std::size_t j = 0; j < std::size(kFromGoodToBad); ++j) {
      const Health a = kFromGoodToBad[i];
      const Health b = kFromGoodToBad[j];
      EXPECT_EQ(WorseOf(a, b), kFromGoodToBad[std::max(i, j)]) << Name(a) << " " << Name(b);
      EXPECT_EQ(IsWorse(a, b), i > j) << Name(a) << " " << Name(b);
    }
  }
}

TEST(Health, IsTheExitCodeOfAMonitoringPlugin) {
  EXPECT_EQ(ExitCodeOf(Health::kOk), 0);
  EXPECT_EQ(ExitCodeOf(Health::kWarning), 1);
  EXPECT_EQ(ExitCodeOf(Health::kCritical), 2);
  EXPECT_EQ(ExitCodeOf(Health::kUnknown), 3);
}

}  // namespace
}  // namespace pamjwt::ctl
