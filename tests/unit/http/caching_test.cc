#include "http/caching.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::http {
namespace {

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kMinuteLater = "Sun, 06 Nov 1994 08:50:37 GMT";

struct FreshCase {
  const char* name;
  CacheFields fields;
  std::optional<std::int64_t> seconds;
};

constexpr FreshCase kCases[] = {
    {"NothingSaid", {}, std::nullopt},
    {"MaxAge", {"max-age=60", "", "", ""}, 60},
    {"MaxAgeAmongOthers", {"public, max-age=60 , must-revalidate", "", "", ""}, 60},
    {"MaxAgeInCapitals", {"Max-Age=60", "", "", ""}, 60},
    {"MaxAgeQuoted", {"max-age=\"60\"", "", "", ""}, 60},
    {"MaxAgeZero", {"max-age=0", "", "", ""}, 0},
    {"MaxAgeTwiceTakesTheLess", {"max-age=60, max-age=50", "", "", ""}, 50},
    {"MaxAgeHuge", {"max-age=99999999999999999999999", "", "", ""}, 2'147'483'648},
    {"MaxAgeNegative", {"max-age=-60", "", "", ""}, 0},
    {"MaxAgeNoNumber", {"max-age=soon", "", "", ""}, 0},
    {"MaxAgeWithoutArgument", {"max-age", "", "", ""}, 0},
    {"MaxAgeEmpty", {"max-age=", "", "", ""}, 0},
    {"SharedMaxAgeIsForOthers", {"s-maxage=60", "", "", ""}, std::nullopt},
    {"SharedMaxAgeBesideMaxAge", {"s-maxage=600, max-age=60", "", "", ""}, 60},
    {"NoCache", {"no-cache", "", "", ""}, 0},
    {"NoCacheOfAField", {"no-cache=\"Set-Cookie\", max-age=60", "", "", ""}, 0},
    {"NoStoreBeatsMaxAge", {"max-age=60, no-store", "", "", ""}, 0},
    {"QuotedCommaHidesNothing", {"x=\"a, no-store\", max-age=60", "", "", ""}, 60},
    {"QuotedQuote", {R"(x="a\", no-store", max-age=60)", "", "", ""}, 60},
    {"UnclosedQuote", {"x=\"a, max-age=60", "", "", ""}, std::nullopt},
    {"OtherDirectives", {"public, immutable", "", "", ""}, std::nullopt},
    {"Commas", {",,max-age=60,,", "", "", ""}, 60},
    {"AgeIsTakenOff", {"max-age=60", "", "20", ""}, 40},
    {"AgeBeyondMaxAge", {"max-age=60", "", "61", ""}, 0},
    {"AgeHuge", {"max-age=60", "", "99999999999999999999999", ""}, 0},
    {"AgeNoNumber", {"max-age=60", "", "-1", ""}, 60},
    {"Expires", {"", kMinuteLater, "", kDate}, 60},
    {"ExpiresLessAge", {"", kMinuteLater, "20", kDate}, 40},
    {"ExpiresInThePast", {"", kDate, "", kMinuteLater}, 0},
    {"ExpiresZero", {"", "0", "", kDate}, 0},
    {"ExpiresWithoutDate", {"", kMinuteLater, "", ""}, 0},
    {"MaxAgeBeatsExpires", {"max-age=30", kMinuteLater, "", kDate}, 30},
    {"DateAlone", {"", "", "", kDate}, std::nullopt},
};

class FreshForTest : public testing::TestWithParam<FreshCase> {};

TEST_P(FreshForTest, ReadsHowLongAResponseIsFresh) {
  const std::optional<Seconds> fresh = FreshFor(GetParam().fields);
  ASSERT_EQ(fresh.has_value(), GetParam().seconds.has_value());
  if (fresh.has_value()) {
    EXPECT_EQ(fresh->count, *GetParam().seconds);
  }
}

INSTANTIATE_TEST_SUITE_P(Caching, FreshForTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(FreshFor, OverlooksAFieldThatIsTooLong) {
  std::string control = "max-age=60";
  control.resize(kMaxFieldBytes, ' ');
  EXPECT_EQ(FreshFor({control, "", "", ""}), Seconds{60});
  control += ' ';
  EXPECT_EQ(FreshFor({control, "", "", ""}), std::nullopt);
}

TEST(SenderTime, IsTheDateAndTheTimeSpentInCachesSince) {
  EXPECT_EQ(SenderTime(kDate, ""), UnixTime{784'111'777});
  EXPECT_EQ(SenderTime(kDate, "60"), UnixTime{784'111'837});
  EXPECT_EQ(SenderTime(kDate, "old"), UnixTime{784'111'777});
  EXPECT_EQ(SenderTime("", "60"), std::nullopt);
}

}  // namespace
}  // namespace pamjwt::http
