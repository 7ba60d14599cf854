#include "core/oauth/id_token.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/claims_of.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::kNow;
using test::PublicKey;
using test::RefusedFor;
using test::SignToken;
using test::TestKey;

constexpr ClockReading kClock{kNow, Seconds{30}};
constexpr std::string_view kAccessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

IdTokenRules Rules() {
  IdTokenRules rules;
  rules.issuer = "https://issuer.example";
  rules.client_id = "client";
  rules.nonce = "pjk1.n";
  return rules;
}

/// Returns the claims of a good token, with `replaced` members instead of those of the same name.
/// A member that is replaced by "" is left out.
std::string Payload(const std::vector<std::pair<std::string_view, std::string_view>>& replaced) {
  std::vector<std::pair<std::string_view, std::string_view>> members = {
      {"iss", R"("https://issuer.example")"},
      {"sub", R"("alice")"},
      {"aud", R"("client")"},
      {"iat", "1799999990"},
      {"exp", "1800003600"},
      {"nonce", R"("pjk1.n")"}};
  for (const auto& [name, value] : replaced) {
    bool found = false;
    for (auto& [old_name, old_value] : members) {
      if (old_name != name) continue;
      old_value = value;
      found = true;
    }
    if (!found) members.emplace_back(name, value);
  }
  std::string text;
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    text += (text.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + std::string(value);
  }
  return text + "}";
}

Result<IdToken> VerifyPayload(const std::string& payload, const IdTokenRules& rules = Rules()) {
  const std::string token = SignToken(Algorithm::kRs256, payload, "k");
  return IdToken::Verify(token, {PublicKey(TestKey::For(Algorithm::kRs256), {"k", "", ""})}, rules,
                         kClock);
}

struct ClaimCase {
  const char* name;
  std::string_view claim;
  std::string_view value;
  std::optional<Reason> refusal;
};

const ClaimCase kClaimCases[] = {
    {"Good", "nonce", R"("pjk1.n")", std::nullopt},
    {"OtherIssuer", "iss", R"("https://issuer.example/")", Reason::kIssuerUnknown},
    {"NoIssuer", "iss", "", Reason::kClaimMissing},
    {"OtherClient", "aud", R"("Client")", Reason::kAudience},
    {"NoAudience", "aud", "", Reason::kClaimMissing},
    {"AudienceIsANumber", "aud", "1", Reason::kClaimWrongType},
    {"EmptyAudiences", "aud", "[]", Reason::kAudience},
    {"AudienceAlone", "aud", R"(["client"])", std::nullopt},
    {"SeveralAudiencesWithoutAzp", "aud", R"(["client","other"])", Reason::kAudience},
    {"AzpIsTheClient", "azp", R"("client")", std::nullopt},
    {"AzpIsAnotherClient", "azp", R"("other")", Reason::kAudience},
    {"AzpIsAList", "azp", R"(["client"])", Reason::kClaimWrongType},
    {"NoSubject", "sub", "", Reason::kClaimMissing},
    {"EmptySubject", "sub", R"("")", Reason::kClaimMissing},
    {"SubjectIsANumber", "sub", "1", Reason::kClaimWrongType},
    {"NoExp", "exp", "", Reason::kClaimMissing},
    {"ExpiredNow", "exp", "1799999970", Reason::kExpired},
    {"ExpiresInASecond", "exp", "1799999971", std::nullopt},
    {"NoIat", "iat", "", Reason::kClaimMissing},
    {"IatAtTheLeeway", "iat", "1800000030", std::nullopt},
    {"IatInTheFuture", "iat", "1800000031", Reason::kNotYetValid},
    {"NbfInTheFuture", "nbf", "1800000031", Reason::kNotYetValid},
    {"NbfInThePast", "nbf", "1700000000", std::nullopt},
    {"OtherNonce", "nonce", R"("pjk1.N")", Reason::kBindingOther},
    {"NoNonce", "nonce", "", Reason::kBindingOther},
    {"NonceIsANumber", "nonce", "1", Reason::kClaimWrongType},
};

class IdTokenClaimTest : public testing::TestWithParam<ClaimCase> {};

TEST_P(IdTokenClaimTest, IsCheckedAsCoreSays) {
  EXPECT_TRUE(test::EndsIn(GetParam().refusal,
                           VerifyPayload(Payload({{GetParam().claim, GetParam().value}}))));
}

INSTANTIATE_TEST_SUITE_P(All, IdTokenClaimTest, testing::ValuesIn(kClaimCases), test::kCaseName);

TEST(IdToken, MayBeForSeveralAudiencesIfAzpIsTheClient) {
  const Result<IdToken> token =
      VerifyPayload(Payload({{"aud", R"(["other","client"])"}, {"azp", R"("client")"}}));
  ASSERT_TRUE(Accepted(token));
  EXPECT_EQ(token.value().claims().subject(), "alice");
}

TEST(IdToken, HasNoNonceIfNoneWasSent) {
  IdTokenRules rules = Rules();
  rules.nonce = "";
  EXPECT_TRUE(RefusedFor(Reason::kBindingOther, VerifyPayload(Payload({}), rules)));
  EXPECT_TRUE(RefusedFor(Reason::kBindingOther, VerifyPayload(Payload({{"nonce", R"("")"}}))));
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({{"nonce", ""}}), rules)));
}

TEST(IdToken, MayLackTheNonceAfterARefresh) {
  // OpenID Connect Core, section 12.2.
  IdTokenRules rules = Rules();
  rules.may_lack_nonce = true;
  rules.subject = "alice";
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({}), rules)));
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({{"nonce", ""}}), rules)));
  EXPECT_TRUE(
      RefusedFor(Reason::kBindingOther, VerifyPayload(Payload({{"nonce", R"("pjk1.N")"}}), rules)));
  EXPECT_TRUE(
      RefusedFor(Reason::kBindingOther, VerifyPayload(Payload({{"sub", R"("bob")"}}), rules)));
}

TEST(IdToken, BelongsToTheAccessTokenThatItNames) {
  // OpenID Connect Core, appendix A.3.
  constexpr std::string_view kHash = R"("77QmUPtjPfzWtF2AnpK9RQ")";
  IdTokenRules rules = Rules();
  rules.access_token = kAccessToken;
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({{"at_hash", kHash}}), rules)));
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({}), rules)));
  EXPECT_TRUE(
      RefusedFor(Reason::kClaimWrongType, VerifyPayload(Payload({{"at_hash", "1"}}), rules)));
  rules.access_token = "another";
  EXPECT_TRUE(
      RefusedFor(Reason::kBindingOther, VerifyPayload(Payload({{"at_hash", kHash}}), rules)));
  rules.access_token = "";
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({{"at_hash", kHash}}), rules)));
}

TEST(IdToken, HasASubjectOfAtMost255Characters) {
  const std::string most = '"' + std::string(255, 's') + '"';
  const std::string more = '"' + std::string(256, 's') + '"';
  EXPECT_TRUE(Accepted(VerifyPayload(Payload({{"sub", most}}))));
  EXPECT_TRUE(RefusedFor(Reason::kClaimWrongType, VerifyPayload(Payload({{"sub", more}}))));
}

TEST(IdToken, IsSignedByAKeyOfTheProvider) {
  const std::string token = SignToken(Algorithm::kEs256, Payload({}));
  const Jwk key = PublicKey(TestKey::For(Algorithm::kEs256));
  const Jwk other = PublicKey(TestKey::OtherFor(Algorithm::kEs256));
  EXPECT_TRUE(Accepted(IdToken::Verify(token, {key}, Rules(), kClock)));
  EXPECT_TRUE(Accepted(IdToken::Verify(token, {other, key}, Rules(), kClock)));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, IdToken::Verify(token, {other}, Rules(), kClock)));
  EXPECT_TRUE(RefusedFor(Reason::kSignature,
                         IdToken::Verify(test::WithFlippedBit(token), {key}, Rules(), kClock)));
  const Result<IdToken> without = IdToken::Verify(token, {}, Rules(), kClock);
  ASSERT_TRUE(RefusedFor(Reason::kKeyUnknown, without));
  EXPECT_EQ(without.error().detail,
            "the ID token names the key \"\" for ES256, and not one of the provider's keys fits");
}

TEST(IdToken, IsRefusedWithoutASignatureOfAPublicKey) {
  const std::vector<Jwk> keys = {PublicKey(TestKey::For(Algorithm::kRs256))};
  const std::string none = test::SigningInput(R"({"alg":"none"})", Payload({})) + ".";
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, IdToken::Verify(none, keys, Rules(), kClock)));
  EXPECT_TRUE(
      RefusedFor(Reason::kAlgorithm, IdToken::Verify(none + "AAAA", keys, Rules(), kClock)));
  const std::string hmac = SignToken(Algorithm::kHs256, Payload({}));
  EXPECT_TRUE(RefusedFor(Reason::kAlgorithm, IdToken::Verify(hmac, keys, Rules(), kClock)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, IdToken::Verify("opaque", keys, Rules(), kClock)));
  const std::string good = SignToken(Algorithm::kRs256, Payload({}));
  EXPECT_TRUE(Accepted(IdToken::Verify(good, keys, Rules(), kClock)));
}

TEST(IdToken, HasABound) {
  const std::vector<Jwk> keys = {PublicKey(TestKey::For(Algorithm::kRs256))};
  const auto padded = [](std::size_t size) {
    const std::string pad = '"' + std::string(size, 'x') + '"';
    return SignToken(Algorithm::kRs256, Payload({{"pad", pad}}));
  };
  EXPECT_TRUE(Accepted(IdToken::Verify(padded(40'000), keys, Rules(), kClock)));
  EXPECT_TRUE(RefusedFor(Reason::kTooLong, IdToken::Verify(padded(60'000), keys, Rules(), kClock)));
}

TEST(IdToken, SaysWhatToDo) {
  const Result<IdToken> expired = VerifyPayload(Payload({{"exp", "1"}}));
  EXPECT_EQ(expired.error().detail,
            "the ID token has expired: is the clock of this computer right?");
  const Result<IdToken> other = VerifyPayload(Payload({{"azp", R"("\n")"}}));
  EXPECT_EQ(other.error().detail, R"(the ID token was issued to the client "?")");
  const Result<IdToken> text = VerifyPayload(Payload({{"exp", R"("1")"}}));
  EXPECT_EQ(text.error().detail, "the ID token: claim exp is of a wrong type: string");
}

}  // namespace
}  // namespace pamjwt::oauth
