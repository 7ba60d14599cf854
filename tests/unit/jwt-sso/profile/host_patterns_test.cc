#include "jwt-sso/profile/host_patterns.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt::sso {
namespace {

TEST(MatchesHostTest, ComparesWithoutCase) {
  EXPECT_TRUE(MatchesHost({"web1"}, "web1"));
  EXPECT_TRUE(MatchesHost({"Web1.Example"}, "wEB1.eXAMPLE"));
  EXPECT_FALSE(MatchesHost({"web1"}, "web12"));
  EXPECT_FALSE(MatchesHost({"web12"}, "web1"));
  EXPECT_FALSE(MatchesHost({"web1"}, ""));
}

TEST(MatchesHostTest, KnowsStarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesHost({"*"}, "web1"));
  EXPECT_TRUE(MatchesHost({"*"}, ""));
  EXPECT_TRUE(MatchesHost({"*.example"}, "a.b.example"));
  EXPECT_TRUE(MatchesHost({"*.example"}, ".example"));
  EXPECT_FALSE(MatchesHost({"*.example"}, "example"));
  EXPECT_FALSE(MatchesHost({"*.example"}, "a.example.test"));
  EXPECT_TRUE(MatchesHost({"a*b*c"}, "a-b-b-c"));
  EXPECT_FALSE(MatchesHost({"a*b*c"}, "a-b-b"));
  EXPECT_TRUE(MatchesHost({"web**"}, "web"));
  EXPECT_TRUE(MatchesHost({"web?"}, "web1"));
  EXPECT_FALSE(MatchesHost({"web?"}, "web"));
  EXPECT_FALSE(MatchesHost({"web?"}, "web12"));
}

TEST(MatchesHostTest, ExcludesWhereverTheMarkStands) {
  EXPECT_TRUE(MatchesHost({"*.example", "!old.example"}, "web.example"));
  EXPECT_FALSE(MatchesHost({"*.example", "!old.example"}, "OLD.example"));
  EXPECT_FALSE(MatchesHost({"!old.example", "*.example"}, "old.example"));
  EXPECT_FALSE(MatchesHost({"!old.example"}, "web.example"));
}

TEST(MatchesHostTest, MatchesNothingWithoutPatterns) {
  EXPECT_FALSE(MatchesHost({}, "web1"));
}

TEST(MatchesHostTest, EndsSoonForManyStars) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) {
    pattern += "*a";
  }
  EXPECT_FALSE(MatchesHost({pattern + "*b"}, std::string(10000, 'a')));
}

}  // namespace
}  // namespace pamjwt::sso
