#include "core/account/account_name.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(IsAccountName, TakesWhatSystemsUse) {
  for (const char* const name :
       {"a", "A", "_", "alice", "alice.smith", "alice@ad.example.com", "web-01", "svc$", "_apt",
        "1st", "a..b", "a--", "systemd-network", "e5", "x0x1f", "Z", "aZ", "z9"}) {
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
  for (const char* const name : {"0", "1000", "65534", "00", "99999999999999999999999", "0x0",
                                 "0X1F", "0xdeadBEEF", "0x", "0xf", "0xA"}) {
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

TEST(IsAnyAccountName, TakesWhatDirectoriesAndOtherAlphabetsHave) {
  for (const char* const name :
       {"1000", "0", "0x1F", "CORP\\carol", "jos\xc3\xa9", "\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd",
        "\xf0\x9f\x98\x80", "domain users", "alice+x", "a~", ".alice", "@alice", "a b c", "al$ice",
        "...", "\xc2\xa0x", "\xef\xbf\xbd"}) {
    EXPECT_TRUE(IsAnyAccountName(name)) << name;
    EXPECT_FALSE(IsAccountName(name)) << name;
  }
}

TEST(IsAnyAccountName, TakesEveryPosixName) {
  for (const char* const name :
       {"a", "_", "alice", "alice@ad.example.com", "svc$", "1st", "a..b"}) {
    EXPECT_TRUE(IsAnyAccountName(name)) << name;
  }
}

// RFC 3629 §3: overlong forms and surrogates are not UTF-8.
TEST(IsAnyAccountName, RefusesWhatBreaksFilesPathsAndTerminals) {
  for (const char* const name :
       {"",        ".",       "..",       "-alice",       "-",      "-1",         "a/b",
        "/",       "a:b",     ":",        " alice",       "alice ", " ",          "alice\n",
        "al\tice", "\x1b[2J", "a\x7f",    "a*",           "*",      "al\xc2\x85", "a\xc2\x9b",
        "\xff",    "a\xc3",   "\xc0\xaf", "\xed\xa0\x80", "a\x1f",  "a\xc2\x9f"}) {
    EXPECT_FALSE(IsAnyAccountName(name)) << name;
  }
  EXPECT_FALSE(IsAnyAccountName(std::string_view("root\0x", 6)));
  EXPECT_TRUE(IsAnyAccountName("a\xc2\xa0"));
}

TEST(IsAnyAccountName, RefusesMoreThan255Bytes) {
  EXPECT_TRUE(IsAnyAccountName(std::string(255, '1')));
  EXPECT_FALSE(IsAnyAccountName(std::string(256, '1')));
}

TEST(IsOneOf, GoesByTheOption) {
  EXPECT_FALSE(IsOneOf(AccountNames::kPosix, "1000"));
  EXPECT_TRUE(IsOneOf(AccountNames::kAny, "1000"));
  EXPECT_TRUE(IsOneOf(AccountNames::kPosix, "alice"));
  EXPECT_TRUE(IsOneOf(AccountNames::kAny, "alice"));
  EXPECT_FALSE(IsOneOf(AccountNames::kAny, "a/b"));
}

TEST(WhyNoAccountName, SaysWhatIsWrong) {
  EXPECT_EQ(WhyNoAccountName("alice"), "");
  EXPECT_EQ(WhyNoAccountName(""), "is empty");
  EXPECT_EQ(WhyNoAccountName("1000"), "is a number, which programs may take for a uid");
  EXPECT_EQ(WhyNoAccountName(std::string(256, 'a')), "is longer than 255 bytes");
  EXPECT_TRUE(WhyNoAccountName("CORP\\carol").starts_with("has characters that are not"));
  EXPECT_TRUE(WhyNoAccountName("-a").starts_with("has characters that are not"));
}

TEST(IsAccountName, RefusesANul) {
  EXPECT_FALSE(IsAccountName(std::string_view("root\0", 5)));
  EXPECT_FALSE(IsAccountName(std::string_view("root\0x", 6)));
}

}  // namespace
}  // namespace pamjwt
