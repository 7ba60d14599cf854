#include "core/login/message.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

constexpr std::string_view kAny = "Token not accepted.";

std::string MessageOf(Reason reason, bool tell_user, double past_expiry = 0) {
  Decision decision;
  decision.reason = reason;
  decision.tell_user = tell_user;
  decision.seconds_past_expiry = past_expiry;
  decision.detail = "detail";
  return UserMessage(decision);
}

TEST(UserMessage, IsTheSameForAllWhereTheUserMayNotBeTold) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    EXPECT_EQ(MessageOf(static_cast<Reason>(i), false, 532), kAny);
  }
}

TEST(UserMessage, IsOneShortLineWithoutTheDetail) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const std::string message = MessageOf(static_cast<Reason>(i), true, 532);
    EXPECT_TRUE(message.ends_with(".")) << message;
    EXPECT_LT(message.size(), 90U) << message;
    EXPECT_EQ(message.find_first_of("\r\n"), std::string::npos) << message;
    EXPECT_EQ(message.find("detail"), std::string::npos) << message;
  }
}

// Nothing about keys, accounts of others, or this host's faults.
TEST(UserMessage, SaysNothingMoreOfWhatIsNotTheUsersToKnow) {
  for (const Reason reason : {Reason::kNoToken, Reason::kMalformed, Reason::kSignature,
                              Reason::kKeyUnknown, Reason::kAudience, Reason::kAccountNotAllowed,
                              Reason::kKeysMissing, Reason::kSecretUnusable, Reason::kMapUnusable,
                              Reason::kDenylistDamaged, Reason::kInternal}) {
    EXPECT_EQ(MessageOf(reason, true), kAny) << Id(reason);
  }
}

TEST(UserMessage, SaysWhatTheUserCanDoSomethingAbout) {
  for (const Reason reason :
       {Reason::kExpired, Reason::kNotYetValid, Reason::kTooOld, Reason::kLoginTooOld,
        Reason::kCondition, Reason::kOverage, Reason::kBound, Reason::kClaimMissing,
        Reason::kAccountUnknown, Reason::kAccountDenied, Reason::kTokenDenied, Reason::kRedeemed,
        Reason::kRedeemUnavailable}) {
    EXPECT_NE(MessageOf(reason, true), kAny) << Id(reason);
  }
}

struct SpanCase {
  const char* name;
  double seconds;
  std::string_view span;
};

constexpr SpanCase kSpans[] = {
    {"None", 0, "0 seconds"},
    {"Negative", -5, "0 seconds"},
    {"OneSecond", 1, "1 second"},
    {"Fraction", 1.9, "1 second"},
    {"JustBelowTwoMinutes", 119, "119 seconds"},
    {"TwoMinutes", 120, "2 minutes"},
    {"EightMinutes", 532, "8 minutes"},
    {"JustBelowTwoHours", 7199, "119 minutes"},
    {"TwoHours", 7200, "2 hours"},
    {"JustBelowTwoDays", 172799, "47 hours"},
    {"TwoDays", 172800, "2 days"},
    {"VeryLong", 1e308, "11574074 days"},
};

class SpanTest : public testing::TestWithParam<SpanCase> {};

TEST_P(SpanTest, WritesTheSpanInItsLargestUnit) {
  EXPECT_EQ(MessageOf(Reason::kExpired, true, GetParam().seconds),
            "Your token expired " + std::string(GetParam().span) + " ago.");
}

INSTANTIATE_TEST_SUITE_P(UserMessage, SpanTest, testing::ValuesIn(kSpans), test::kCaseName);

}  // namespace
}  // namespace pamjwt
