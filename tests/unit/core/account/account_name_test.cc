#include "core/account/account_name.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(IsAccountName, TakesWhatSystemsUse) {
  for (const char* const name :
       {"a", "A", "_", "alice", "alice.smith", "alice@ad.example.com", "web-01", "svc$", "_apt",
        "1st", "a..b", "a--", "systemd-network", "e5", "x0x1f"}) {
    EXPECT_TRUE(IsAccountName(name)) << name;
  }
}

TEST(IsAccountName, RefusesWhatProgramsTakeForSomethingElse) {
  for (const char* const name : {
           "",           ".",        "..",      ".alice",  "-alice",    "@alice",  "$",
           "$alice",     "al$ice",   "alice$$", "a/b",     "../etc",    "a:b",     "a b",
           " alice",     "alice ",   "alice\t", "alice\n", "alice\r",   "alice\\", "a*",
           "alice,bob",  "a\"b",     "a'b",     "a;b",     "al\x7fice", "al\x01",  "\xc3\xa4",
           "al\xc2\x85", "ADS\\bob", "alice+x", "a~",      "a!",        "a%",      "a=b",
       }) {
    EXPECT_FALSE(IsAccountName(name)) << name;
  }
}

TEST(IsAccountName, RefusesNumbersWhichProgramsTakeForAUid) {
  for (const char* const name :
       {"0", "1000", "65534", "00", "99999999999999999999999", "0x0", "0X1F", "0xdeadBEEF", "0x"}) {
    EXPECT_FALSE(IsAccountName(name)) << name;
  }
  for (const char* const name : {"1000a", "a1000", "0xg", "1e5", "0x1.5", "1_000", "1x0"}) {
    EXPECT_TRUE(IsAccountName(name)) << name;
  }
}

TEST(IsAccountName, RefusesMoreThan255Bytes) {
  EXPECT_TRUE(IsAccountName(std::string(255, 'a')));
  EXPECT_FALSE(IsAccountName(std::string(256, 'a')));
}

TEST(IsAccountName, RefusesANul) {
  EXPECT_FALSE(IsAccountName(std::string_view("root\0", 5)));
  EXPECT_FALSE(IsAccountName(std::string_view("root\0x", 6)));
}

}  // namespace
}  // namespace pamjwt
