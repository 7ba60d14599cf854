#include "core/config/client_profile_text.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(IsClientProfileNameTest, TakesWhatMeansItselfEverywhere) {
  for (const char* const good : {"work", "a", "9", "Work.eu-1_x"}) {
    EXPECT_TRUE(IsClientProfileName(good)) << good;
  }
  for (const char* const bad : {"", ".", "..", ".x", "-x", "_x", "a/b", "a b", "a%h", "a$b", "ä"}) {
    EXPECT_FALSE(IsClientProfileName(bad)) << bad;
  }
  EXPECT_TRUE(IsClientProfileName(std::string(64, 'a')));
  EXPECT_FALSE(IsClientProfileName(std::string(65, 'a')));
}

TEST(IsHostPatternTest, TakesPatternsWithoutQuotes) {
  for (const char* const good :
       {"*", "host", "*.example", "!old.example", "h?st", "::1", "a_b-c"}) {
    EXPECT_TRUE(IsHostPattern(good)) << good;
  }
  for (const char* const bad :
       {"", "!", "!!a", "a,b", "a b", "\"a\"", "%h", "-a", "!-a", "[::1]", "a\n", "a#", "ä"}) {
    EXPECT_FALSE(IsHostPattern(bad)) << bad;
  }
  EXPECT_TRUE(IsHostPattern(std::string(253, 'a')));
  EXPECT_FALSE(IsHostPattern(std::string(254, 'a')));
}

TEST(IsKeyFingerprintTest, WantsSha256) {
  const std::string hash(42, 'A');
  EXPECT_TRUE(IsKeyFingerprint("SHA256:" + hash + "/"));
  EXPECT_FALSE(IsKeyFingerprint("SHA256:" + hash));
  EXPECT_FALSE(IsKeyFingerprint("SHA256:" + hash + "//"));
  EXPECT_FALSE(IsKeyFingerprint("SHA256:" + hash + "-"));
  EXPECT_FALSE(IsKeyFingerprint("SHA512:" + hash + "/"));
}

TEST(IsFixedPathTest, WantsABeginningThatDoesNotMove) {
  EXPECT_TRUE(IsFixedPath("/a"));
  EXPECT_TRUE(IsFixedPath("~/a"));
  for (const char* const bad : {"", "a", "./a", "~a", "~", "/", "~/", "/a/"}) {
    EXPECT_FALSE(IsFixedPath(bad)) << bad;
  }
}

}  // namespace
}  // namespace pamjwt
