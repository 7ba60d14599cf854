#include "core/ssh/key_options.h"

#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

TEST(IsKeyOptions, TakesListsOfKnownOptions) {
  for (const char* const text :
       {"restrict", "restrict,pty", "no-pty,no-X11-forwarding,no-agent-forwarding",
        "restrict,port-forwarding,agent-forwarding,X11-forwarding,user-rc", "verify-required",
        "no-port-forwarding,no-user-rc"}) {
    EXPECT_TRUE(IsKeyOptions(text)) << text;
  }
}

TEST(IsKeyOptions, RefusesOptionsThatCanDoMoreAndOtherText) {
  for (const char* const text :
       {"", ",", "restrict,", ",restrict", "restrict, pty", "restrict pty", "Restrict",
        "command=\"/bin/sh\"", "environment=\"A=b\"", "cert-authority", "principals=\"root\"",
        "from=\"*\"", "no-touch-required", "no-restrict", "restrict\npty", "pty\""}) {
    EXPECT_FALSE(IsKeyOptions(text)) << text;
  }
}

// ---- The strictest of two

struct StrictestCase {
  const char* name;
  std::string_view one;
  std::string_view other;
  std::string_view both;
};

constexpr StrictestCase kStrictest[] = {
    {"NoneAtAll", "", "", ""},
    {"OneAlone", "restrict,pty", "", "restrict,pty"},
    {"TheSame", "no-pty,pty", "no-pty,pty", "no-pty,pty"},
    {"NothingInCommon", "restrict,pty", "restrict,user-rc", "restrict"},
    {"OneInCommon", "restrict,pty,user-rc", "restrict,user-rc,port-forwarding", "restrict,user-rc"},
    {"WhatIsForbiddenByName", "no-pty,no-X11-forwarding", "no-agent-forwarding",
     "restrict,port-forwarding,user-rc"},
    {"APermitThatForbidsNothing", "pty", "no-user-rc",
     "restrict,pty,port-forwarding,agent-forwarding,X11-forwarding"},
    {"VerificationOfOne", "restrict,pty,verify-required", "restrict,pty",
     "restrict,pty,verify-required"},
    {"VerificationAlone", "verify-required", "restrict", "restrict,verify-required"},
    {"TheLaterOptionCounts", "pty,restrict", "restrict,no-pty,pty", "restrict"},
};

class StrictestKeyOptionsTest : public testing::TestWithParam<StrictestCase> {};

TEST_P(StrictestKeyOptionsTest, PermitsWhatBothPermit) {
  EXPECT_EQ(StrictestKeyOptions(GetParam().one, GetParam().other), GetParam().both);
  EXPECT_EQ(StrictestKeyOptions(GetParam().other, GetParam().one), GetParam().both);
  EXPECT_TRUE(GetParam().both.empty() || IsKeyOptions(GetParam().both));
}

INSTANTIATE_TEST_SUITE_P(All, StrictestKeyOptionsTest, testing::ValuesIn(kStrictest),
                         test::kCaseName);

TEST(WantVerification, IsWhatVerifyRequiredSays) {
  EXPECT_TRUE(WantVerification("verify-required"));
  EXPECT_TRUE(WantVerification("restrict,verify-required,pty"));
  EXPECT_FALSE(WantVerification("restrict,pty"));
  EXPECT_FALSE(WantVerification(""));
}

}  // namespace
}  // namespace pamjwt
