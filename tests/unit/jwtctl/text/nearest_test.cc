#include "jwtctl/text/nearest.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::ctl {
namespace {

TEST(EditDistance, CountsEdits) {
  EXPECT_EQ(EditDistance("", ""), 0U);
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("abc", ""), 3U);
  EXPECT_EQ(EditDistance("explain", "explain"), 0U);
  EXPECT_EQ(EditDistance("explan", "explain"), 1U);    // one is missing
  EXPECT_EQ(EditDistance("expplain", "explain"), 1U);  // one is too many
  EXPECT_EQ(EditDistance("exploin", "explain"), 1U);   // one is another
  EXPECT_EQ(EditDistance("expalin", "explain"), 1U);   // two have changed places
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("ca", "abc"), 3U);  // no byte is edited twice
}

TEST(Nearest, FindsASlipOfThePen) {
  const std::vector<std::string> known = {"explain", "inspect", "mint", "deny",
                                          "denied",  "--user",  "--at", "--help"};
  EXPECT_EQ(Nearest("explan", known), "explain");
  EXPECT_EQ(Nearest("mnit", known), "mint");
  EXPECT_EQ(Nearest("denyed", known), "denied");
  EXPECT_EQ(Nearest("--usr", known), "--user");
  EXPECT_EQ(Nearest("-user", known), "--user");
  EXPECT_EQ(Nearest("--ta", known), "--at");
  EXPECT_EQ(Nearest("help", known), "--help");
}

TEST(Nearest, TakesTheFirstOfSeveral) {
  EXPECT_EQ(Nearest("cat", {"car", "can"}), "car");
  EXPECT_EQ(Nearest("cat", {"care", "cut"}), "cut");
}

TEST(Nearest, FindsNothingFarAway) {
  const std::vector<std::string> known = {"explain", "mint", "keys", "--at"};
  for (const char* const word : {"", "-", "--", "a", "frobnicate", "list", "ex"}) {
    EXPECT_EQ(Nearest(word, known), std::nullopt) << word;
  }
  EXPECT_EQ(Nearest(std::string(1'000'000, 'e'), known), std::nullopt);
  EXPECT_EQ(Nearest("explain", {}), std::nullopt);
}

}  // namespace
}  // namespace pamjwt::ctl
