#include "core/denylist/feed.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/jose/jwk_set.h"
#include "core/jose/sha256.h"
#include "support/expect.h"
#include "support/feed_builder.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::FeedPayload;
using test::RefusedFor;
using test::RulesForFeed;
using test::SignFeed;
using test::TestKey;

const std::string kEntry = R"({"account":"alice","since":1})";

Result<VerifiedFeed> Verify(std::string_view text, const FeedRules& rules = RulesForFeed()) {
  return VerifiedFeed::Verify(text, rules);
}

/// Returns the good payload with `old` replaced.
std::string Changed(const std::string& old, const std::string& text) {
  std::string payload = FeedPayload("[" + kEntry + "]");
  const std::size_t at = payload.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return payload.replace(at, old.size(), text);
}

// ---- What is accepted

TEST(VerifiedFeed, HasTheClaimsAndTheEntriesInOrder) {
  const std::string payload = FeedPayload(
      "[ {\"since\":2, \"sub\":\"x\",\n\"iss\":\"https://sso.example\",\"before\":9} ,\n" + kEntry +
      "]");
  const Result<VerifiedFeed> feed = Verify(SignFeed(payload));
  ASSERT_TRUE(Accepted(feed));
  EXPECT_EQ(feed.value().stamp(), (FeedStamp{std::string(test::kFeedUrl), 7, UnixTime{1799999991},
                                             UnixTime{1800086391}, Sha256Name(payload).value()}));
  const std::vector<Denial> expected = {
      {Denial::Kind::kSubject, "https://sso.example", "x", UnixTime{9}, UnixTime{2}},
      {Denial::Kind::kAccount, "", "alice", {}, UnixTime{1}}};
  EXPECT_EQ(feed.value().entries(), expected);
}

TEST(VerifiedFeed, MayDenyNothing) {
  const Result<VerifiedFeed> feed = Verify(SignFeed(FeedPayload("[]")));
  ASSERT_TRUE(Accepted(feed));
  EXPECT_TRUE(feed.value().entries().empty());
}

TEST(VerifiedFeed, MayHaveOneNewlineBehindIt) {
  const std::string feed = SignFeed(FeedPayload("[]"));
  EXPECT_TRUE(Accepted(Verify(feed + "\n")));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Verify(feed + "\n\n")));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Verify(feed + "\r\n")));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Verify("")));
}

// RFC 7519 §4.1.3: `aud` is one string, or an array of them.
TEST(VerifiedFeed, MayBeForSeveralUrls) {
  const std::string aud = R"("aud":"https://ops.example/denied.jwt")";
  const auto with = [&](const std::string& text) { return Verify(SignFeed(Changed(aud, text))); };
  EXPECT_TRUE(Accepted(with(R"("aud":["https://a.example","https://ops.example/denied.jwt"])")));
  EXPECT_TRUE(RefusedFor(Reason::kAudience, with(R"("aud":["https://a.example"])")));
  EXPECT_TRUE(RefusedFor(Reason::kAudience, with(R"("aud":[])")));
  EXPECT_TRUE(RefusedFor(Reason::kAudience, with(R"("aud":"https://ops.example/denied.jwt/")")));
  EXPECT_TRUE(RefusedFor(Reason::kAudience, with(R"("aud":{"https://ops.example/denied.jwt":1})")));
}

// ---- Who may sign

struct HeaderCase {
  const char* name;
  const char* header;
  std::optional<Reason> refusal;
};

class HeaderTest : public testing::TestWithParam<HeaderCase> {};

TEST_P(HeaderTest, IsJudged) {
  const std::string feed =
      SignToken(TestKey::Ed25519(), Algorithm::kEdDsa, GetParam().header, FeedPayload("[]"));
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, Verify(feed)));
}

INSTANTIATE_TEST_SUITE_P(
    VerifiedFeed, HeaderTest,
    testing::Values(
        HeaderCase{"WithoutKid", R"({"alg":"EdDSA","typ":"denylist+jwt"})", {}},
        HeaderCase{"WithKid", R"({"alg":"EdDSA","typ":"denylist+jwt","kid":"fleet"})", {}},
        HeaderCase{"WithLongType", R"({"alg":"EdDSA","typ":"application/Denylist+JWT"})", {}},
        HeaderCase{"OtherKid", R"({"alg":"EdDSA","typ":"denylist+jwt","kid":"fleet-2"})",
                   Reason::kKeyUnknown},
        HeaderCase{"NoType", R"({"alg":"EdDSA"})", Reason::kType},
        HeaderCase{"TypeOfATokens", R"({"alg":"EdDSA","typ":"JWT"})", Reason::kType},
        HeaderCase{"OtherAlg", R"({"alg":"ES256","typ":"denylist+jwt"})", Reason::kSignature},
        HeaderCase{"NoKeyOfAlg", R"({"alg":"RS256","typ":"denylist+jwt"})", Reason::kKeyUnknown},
        HeaderCase{"NoAlg", R"({"alg":"none","typ":"denylist+jwt"})", Reason::kAlgorithm},
        HeaderCase{"Crit", R"({"alg":"EdDSA","typ":"denylist+jwt","crit":["x"]})",
                   Reason::kUnsupported}),
    test::kCaseName);

TEST(VerifiedFeed, IsSignedByAKeyOfTheSet) {
  const std::string payload = FeedPayload("[]");
  const auto sign = [&](const TestKey& key) {
    return SignToken(key, Algorithm::kEdDsa, test::kFeedHeader, payload);
  };
  EXPECT_TRUE(Accepted(Verify(sign(TestKey::Ed25519()))));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(sign(TestKey::OtherFor(Algorithm::kEdDsa)))));
  const std::string feed = SignFeed(payload);
  EXPECT_TRUE(RefusedFor(Reason::kSignature,
                         Verify(test::WithPayload(feed, FeedPayload("[" + kEntry + "]")))));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithFlippedBit(feed, 77))));
}

TEST(VerifiedFeed, IsNotSignedWithASharedSecret) {
  for (const Algorithm algorithm : {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512}) {
    const std::string header =
        R"({"alg":")" + std::string(Info(algorithm).name) + R"(","typ":"denylist+jwt"})";
    const std::string feed = SignToken(TestKey::Secret(), algorithm, header, FeedPayload("[]"));
    EXPECT_TRUE(RefusedFor(Reason::kAlgorithm, Verify(feed)));
  }
}

TEST(VerifiedFeed, IsSignedByAKeyForSignatures) {
  const auto verify = [&](const char* use) {
    const std::vector<Jwk> keys =
        ParseJwkSet(test::JwkSetText({TestKey::Ed25519().PublicJwk({"fleet", "", use})}))
            .value()
            .keys;
    return Verify(SignFeed(FeedPayload("[]")), {test::kFeedUrl, keys, {test::kFeedNow, {}}, {}});
  };
  EXPECT_TRUE(Accepted(verify("")));
  EXPECT_TRUE(Accepted(verify("sig")));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, verify("jwt-svid")));
}

TEST(VerifiedFeed, IsTriedWithFourKeysAtMost) {
  const auto verify = [&](std::size_t others) {
    std::vector<Jwk> keys(
        others, ParseJwkSet(test::JwkSetText({TestKey::OtherFor(Algorithm::kEdDsa).PublicJwk()}))
                    .value()
                    .keys.front());
    keys.push_back(test::FeedKeys().front());
    return Verify(SignFeed(FeedPayload("[]")), {test::kFeedUrl, keys, {test::kFeedNow, {}}, {}});
  };
  EXPECT_TRUE(Accepted(verify(3)));
  EXPECT_TRUE(RefusedFor(Reason::kKeyAmbiguous, verify(4)));
}

// ---- The payload

struct PayloadCase {
  const char* name;
  const char* old;
  const char* text;
  std::optional<Reason> refusal;
};

class PayloadTest : public testing::TestWithParam<PayloadCase> {};

TEST_P(PayloadTest, IsJudged) {
  const std::string feed = SignFeed(Changed(GetParam().old, GetParam().text));
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, Verify(feed)));
}

INSTANTIATE_TEST_SUITE_P(
    VerifiedFeed, PayloadTest,
    testing::Values(
        PayloadCase{"Good", "{", " {", {}}, PayloadCase{"NotJson", "{", "", Reason::kMalformed},
        PayloadCase{"TextBehind", "]}", "]} x", Reason::kMalformed},
        PayloadCase{"CommaAtTheEnd", "]}", "],}", Reason::kMalformed},
        PayloadCase{"ClaimTwice", R"("serial":7)", R"("serial":7,"serial":7)", Reason::kMalformed},
        PayloadCase{"EntriesTwice", R"("serial":7)", R"("serial":7,"entries":[])",
                    Reason::kMalformed},
        PayloadCase{"OtherClaim", R"("serial":7)", R"("serial":7,"nbf":1)",
                    Reason::kClaimWrongType},
        PayloadCase{"NoAud", R"("aud":"https://ops.example/denied.jwt",)", "",
                    Reason::kClaimMissing},
        PayloadCase{"NoIat", R"("iat":1799999991,)", "", Reason::kClaimMissing},
        PayloadCase{"NoExp", R"("exp":1800086391,)", "", Reason::kClaimMissing},
        PayloadCase{"NoSerial", R"("serial":7,)", "", Reason::kClaimMissing},
        PayloadCase{"NoEntries", R"("entries")", R"("other")", Reason::kMalformed},
        PayloadCase{"IatIsText", "1799999991", "\"1799999991\"", Reason::kClaimWrongType},
        PayloadCase{"IatHasAFraction", "1799999991", "1799999991.5", Reason::kClaimWrongType},
        PayloadCase{"IatIsNegative", "1799999991", "-1", Reason::kClaimWrongType},
        PayloadCase{"IatIsNull", "1799999991", "null", Reason::kClaimWrongType},
        PayloadCase{"IatAsFarAheadAsTheLeeway", "1799999991", "1800000060", {}},
        PayloadCase{"IatBeyondTheLeeway", "1799999991", "1800000061", Reason::kNotYetValid},
        PayloadCase{"ExpInTheLeeway", "1800086391", "1799999941", {}},
        PayloadCase{"ExpBehindTheLeeway", "1800086391", "1799999940", Reason::kExpired},
        PayloadCase{"ExpIsTheLastSecond", "1800086391", "253402300799", {}},
        PayloadCase{"ExpIsLater", "1800086391", "253402300800", Reason::kClaimWrongType},
        PayloadCase{"SerialOne", R"("serial":7)", R"("serial":1)", {}},
        PayloadCase{"SerialZero", R"("serial":7)", R"("serial":0)", Reason::kClaimWrongType},
        PayloadCase{"SerialIsText", R"("serial":7)", R"("serial":"7")", Reason::kClaimWrongType},
        PayloadCase{"SerialTheGreatest", R"("serial":7)", R"("serial":9007199254740992)", {}},
        PayloadCase{"SerialTooGreat", R"("serial":7)", R"("serial":9007199254740993)",
                    Reason::kClaimWrongType},
        PayloadCase{"EntryDamaged", R"(,"since":1)", "", Reason::kDenylistDamaged},
        PayloadCase{"EntryWithAnotherMember", R"("since":1)", R"("since":1,"x":1)",
                    Reason::kDenylistDamaged},
        PayloadCase{"EntryDeniesTwoThings", R"("since":1)", R"("since":1,"sub":"x")",
                    Reason::kDenylistDamaged},
        PayloadCase{"EntryNotUtf8", "alice", "\xff", Reason::kDenylistDamaged},
        PayloadCase{"EntryIsText", R"({"account":"alice","since":1})", "\"alice\"",
                    Reason::kMalformed}),
    test::kCaseName);

TEST(VerifiedFeed, NamesTheEntryThatIsDamaged) {
  const Result<VerifiedFeed> feed = Verify(SignFeed(FeedPayload("[" + kEntry + ",{}]")));
  ASSERT_TRUE(RefusedFor(Reason::kDenylistDamaged, feed));
  EXPECT_EQ(feed.error().detail, "entry 2: denies nothing");
}

TEST(VerifiedFeed, HasAtMostAsManyEntriesAsAllowed) {
  std::string entries = kEntry;
  for (std::size_t i = 1; i < kMaxFeedEntries; ++i) {
    entries += "," + kEntry;
  }
  const Result<VerifiedFeed> feed = Verify(SignFeed(FeedPayload("[" + entries + "]")));
  ASSERT_TRUE(Accepted(feed));
  EXPECT_EQ(feed.value().entries().size(), kMaxFeedEntries);
  EXPECT_TRUE(RefusedFor(Reason::kMalformed,
                         Verify(SignFeed(FeedPayload("[" + entries + "," + kEntry + "]")))));
}

TEST(VerifiedFeed, HasAtMostAsManyBytesAsAllowed) {
  // A text of this length is no JWS: only the reason shows whether it was looked at.
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Verify(std::string(kMaxFeedBytes, 'a'))));
  EXPECT_TRUE(RefusedFor(Reason::kTooLong, Verify(std::string(kMaxFeedBytes + 1, 'a'))));
}

// ---- Rollback

TEST(VerifiedFeed, IsNotOlderThanTheLastOne) {
  FeedRules rules = RulesForFeed();
  const std::string feed = SignFeed(FeedPayload("[]", 7));
  rules.last = Verify(feed).value().stamp();
  EXPECT_TRUE(Accepted(Verify(SignFeed(FeedPayload("[]", 8)), rules)));
  EXPECT_TRUE(Accepted(Verify(feed, rules))) << "the last one may come again";
  EXPECT_TRUE(RefusedFor(Reason::kTooOld, Verify(SignFeed(FeedPayload("[]", 6)), rules)));
  EXPECT_TRUE(
      RefusedFor(Reason::kTooOld, Verify(SignFeed(FeedPayload("[" + kEntry + "]", 7)), rules)));
}

TEST(VerifiedFeed, MayFollowAnyFeedOfAnotherUrlOrAForgottenSerial) {
  FeedRules rules = RulesForFeed();
  rules.last = Verify(SignFeed(FeedPayload("[]", 9))).value().stamp();
  const std::string older = SignFeed(FeedPayload("[]", 7));
  EXPECT_TRUE(RefusedFor(Reason::kTooOld, Verify(older, rules)));
  rules.last->serial = 0;
  EXPECT_TRUE(Accepted(Verify(older, rules)));
  rules.last->serial = 9;
  rules.last->url = "https://old.example/denied.jwt";
  EXPECT_TRUE(Accepted(Verify(older, rules)));
}

}  // namespace
}  // namespace pamjwt
