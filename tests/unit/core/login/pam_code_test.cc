#include "core/login/pam_code.h"

#include <map>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

// Linux-PAM's <security/_pam_types.h>.
const std::map<std::string_view, int>& Numbers() {
  static const std::map<std::string_view, int> kNumbers = {
      {"PAM_SUCCESS", 0},          {"PAM_SERVICE_ERR", 3},   {"PAM_SYSTEM_ERR", 4},
      {"PAM_PERM_DENIED", 6},      {"PAM_AUTH_ERR", 7},      {"PAM_CRED_INSUFFICIENT", 8},
      {"PAM_AUTHINFO_UNAVAIL", 9}, {"PAM_USER_UNKNOWN", 10}, {"PAM_CONV_ERR", 19}};
  return kNumbers;
}

/// The codes of a machine that could not decide. No refused token has them.
const std::set<std::string_view>& FaultCodes() {
  static const std::set<std::string_view> kCodes = {"PAM_SERVICE_ERR", "PAM_SYSTEM_ERR",
                                                    "PAM_AUTHINFO_UNAVAIL", "PAM_CONV_ERR"};
  return kCodes;
}

TEST(ToPamCode, IsSuccessForAcceptanceAlone) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(ToPamCode(reason).number == 0, reason == Reason::kAccepted) << Id(reason);
  }
}

TEST(ToPamCode, HasTheNumberOfItsName) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const PamCode code = ToPamCode(static_cast<Reason>(i));
    ASSERT_TRUE(Numbers().contains(code.name)) << code.name;
    EXPECT_EQ(Numbers().at(code.name), code.number) << code.name;
  }
}

TEST(ToPamCode, NeverSharesACodeBetweenRefusalsAndFaults) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(FaultCodes().contains(ToPamCode(reason).name), IsFault(reason)) << Id(reason);
  }
}

TEST(ToPamCode, LetsTheNextModuleTakeOnlyWhatIsNoToken) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(ToPamCode(reason).name == "PAM_CRED_INSUFFICIENT", reason == Reason::kNoToken);
  }
}

/// A refused token whose signature held.
Decision Held(Reason reason, bool tell_user) {
  Decision decision;
  decision.reason = reason;
  decision.signature_held = true;
  decision.tell_user = tell_user;
  return decision;
}

// su and its like print a sentence for each code: a good token of bob for alice must not get
// another one than a forged token.
TEST(ToPamCode, GivesTheCodeOfAForgedTokenWhereTheUserMayNotBeTold) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (reason == Reason::kAccepted) continue;
    EXPECT_EQ(ToPamCode(Held(reason, false)).name, ToPamCode(Reason::kSignature).name)
        << Id(reason);
  }
}

TEST(ToPamCode, GivesTheCodeOfTheReasonWhereTheUserMayBeTold) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(ToPamCode(Held(reason, true)).name, ToPamCode(reason).name) << Id(reason);
  }
  EXPECT_EQ(ToPamCode(Held(Reason::kAccepted, false)).name, "PAM_SUCCESS");
}

// Before the signature held, the code tells nothing of the token but that its issuer has no keys.
TEST(ToPamCode, GivesTheCodeOfTheReasonBeforeTheSignatureHeld) {
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    Decision decision;
    decision.reason = static_cast<Reason>(i);
    EXPECT_EQ(ToPamCode(decision).name, ToPamCode(decision.reason).name) << Id(decision.reason);
  }
}

TEST(ToPamCode, IsAsDocumentedForEachClass) {
  EXPECT_EQ(ToPamCode(Reason::kSignature).name, "PAM_AUTH_ERR");
  EXPECT_EQ(ToPamCode(Reason::kExpired).name, "PAM_AUTH_ERR");
  EXPECT_EQ(ToPamCode(Reason::kOverage).name, "PAM_AUTH_ERR");
  EXPECT_EQ(ToPamCode(Reason::kTokenDenied).name, "PAM_AUTH_ERR");
  EXPECT_EQ(ToPamCode(Reason::kRedeemed).name, "PAM_AUTH_ERR");
  EXPECT_EQ(ToPamCode(Reason::kAccountDenied).name, "PAM_PERM_DENIED");
  EXPECT_EQ(ToPamCode(Reason::kDenylistDamaged).name, "PAM_AUTHINFO_UNAVAIL");
  EXPECT_EQ(ToPamCode(Reason::kAccountNotAllowed).name, "PAM_AUTH_ERR");
  EXPECT_EQ(ToPamCode(Reason::kAccountUnknown).name, "PAM_USER_UNKNOWN");
  EXPECT_EQ(ToPamCode(Reason::kKeysMissing).name, "PAM_AUTHINFO_UNAVAIL");
  EXPECT_EQ(ToPamCode(Reason::kRedeemUnavailable).name, "PAM_AUTHINFO_UNAVAIL");
  EXPECT_EQ(ToPamCode(Reason::kConfigInvalid).name, "PAM_SERVICE_ERR");
  EXPECT_EQ(ToPamCode(Reason::kConversation).name, "PAM_CONV_ERR");
  EXPECT_EQ(ToPamCode(Reason::kInternal).name, "PAM_SYSTEM_ERR");
}

}  // namespace
}  // namespace pamjwt
