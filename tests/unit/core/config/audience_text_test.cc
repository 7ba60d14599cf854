#include "core/config/audience_text.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(AudienceTextTest, KnowsTheHostFromAPercent) {
  for (const char* const good : {"%h", "ssh://%h", "%%%h", "a%h%%"}) {
    EXPECT_TRUE(NamesHost(good)) << good;
  }
  for (const char* const bad : {"", "h", "%%", "%%h", "a%%%%h"}) {
    EXPECT_FALSE(NamesHost(bad)) << bad;
  }
}

TEST(AudienceTextTest, FillsInTheHost) {
  EXPECT_EQ(FillInAudience("ssh://%h", "a.example"), "ssh://a.example");
  EXPECT_EQ(FillInAudience("%%h%h%%", "x"), "%hx%");
  EXPECT_EQ(FillInAudience("fleet", "x"), "fleet");
}

}  // namespace
}  // namespace pamjwt
