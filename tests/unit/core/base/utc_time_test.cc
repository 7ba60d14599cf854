#include "core/base/utc_time.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(FormatUtc, WritesRfc3339) {
  EXPECT_EQ(FormatUtc(UnixTime{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatUtc(UnixTime{-1}), "1969-12-31T23:59:59Z");
  EXPECT_EQ(FormatUtc(UnixTime{1772366400}), "2026-03-01T12:00:00Z");
  EXPECT_EQ(FormatUtc(UnixTime{1709208000}), "2024-02-29T12:00:00Z");
  EXPECT_EQ(FormatUtc(UnixTime{-62167219200}), "0000-01-01T00:00:00Z");
  EXPECT_EQ(FormatUtc(kLastSecond), "9999-12-31T23:59:59Z");
}

TEST(FormatUtc, HasNoTextForYearsOfMoreDigits) {
  EXPECT_EQ(FormatUtc(UnixTime{253402300800}), "");
  EXPECT_EQ(FormatUtc(UnixTime{-62167219201}), "");
  EXPECT_EQ(FormatUtc(UnixTime{INT64_MAX}), "");
  EXPECT_EQ(FormatUtc(UnixTime{INT64_MIN}), "");
}

}  // namespace
}  // namespace pamjwt
