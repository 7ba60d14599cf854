#include "core/claims/policy.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/claims_of.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::ClaimsWith;
using test::kNow;
using test::ParseClaims;
using test::RefusedAt;

ClaimPolicy PolicyFor(std::vector<std::string> audiences) {
  ClaimPolicy policy;
  policy.audiences = {std::move(audiences), {0, 5}};
  return policy;
}

struct AudienceCase {
  const char* name;
  std::string_view audience_claim;
  std::string_view claims;
  bool holds;
};

// RFC 7519 §4.1.3. The policy has "ssh://a.example" and "fleet".
constexpr AudienceCase kAudiences[] = {
    {"String", "aud", R"("aud":"fleet")", true},
    {"OtherString", "aud", R"("aud":"ssh://a.example")", true},
    {"ArrayOfOne", "aud", R"("aud":["fleet"])", true},
    {"OneOfArray", "aud", R"("aud":["x","fleet"])", true},
    {"NoneOfArray", "aud", R"("aud":["x","y"])", false},
    {"EmptyArray", "aud", R"("aud":[])", false},
    {"Empty", "aud", R"("aud":"")", false},
    {"Absent", "aud", R"("x":1)", false},
    {"Longer", "aud", R"("aud":"fleets")", false},
    {"Shorter", "aud", R"("aud":"flee")", false},
    {"OtherCase", "aud", R"("aud":"Fleet")", false},
    {"NotSplit", "aud", R"("aud":"x fleet")", false},
    {"NoPattern", "aud", R"("aud":"*")", false},
    {"AzpInPlaceOfAud", "azp", R"("azp":"fleet")", true},
    {"AzpIsNotAud", "azp", R"("aud":"fleet","azp":"x")", false},
    {"AudIsNotAzp", "aud", R"("aud":"x","azp":"fleet")", false},
    {"ClientId", "client_id", R"("client_id":"fleet")", true},
    {"ClientIdAbsent", "client_id", R"("aud":"fleet")", false},
};

class AudienceTest : public testing::TestWithParam<AudienceCase> {};

TEST_P(AudienceTest, OneAudienceMatchesByteForByte) {
  ClaimPolicy policy = PolicyFor({"ssh://a.example", "fleet"});
  policy.audience_claim.value = GetParam().audience_claim;
  const Result<Claims> claims =
      ParseClaims(R"({"iss":"i","sub":"s",)" + std::string(GetParam().claims) + "}");
  ASSERT_TRUE(Accepted(claims));
  const Status status = CheckAudience(claims.value(), policy, nullptr);
  if (GetParam().holds) {
    EXPECT_TRUE(Accepted(status));
  } else {
    EXPECT_TRUE(RefusedAt(Reason::kAudience, 5, status));
  }
}

INSTANTIATE_TEST_SUITE_P(CheckAudience, AudienceTest, testing::ValuesIn(kAudiences),
                         test::kCaseName);

TEST(CheckAudience, RefusesAWrongTypeOfTheClaimThatItReadsAlone) {
  struct WrongCase {
    const char* audience_claim;
    const char* bad;
    const char* good;  // the values of the other two claims do not matter
  };
  for (const WrongCase& wrong :
       {WrongCase{"aud", R"("aud":null)", R"("aud":"fleet","azp":null,"client_id":7)"},
        WrongCase{"aud", R"("aud":["fleet",1])", R"("aud":["fleet"],"azp":["x"])"},
        WrongCase{"azp", R"("azp":["fleet"])", R"("azp":"fleet","aud":7)"},
        WrongCase{"client_id", R"("client_id":7)", R"("client_id":"fleet","aud":[null])"}}) {
    ClaimPolicy policy = PolicyFor({"fleet"});
    policy.audience_claim = {wrong.audience_claim, {0, 6}};
    const auto check = [&](const std::string& members) {
      return CheckAudience(ParseClaims(R"({"iss":"i",)" + members + "}").value(), policy, nullptr);
    };
    EXPECT_TRUE(RefusedAt(Reason::kClaimWrongType, 6, check(wrong.bad))) << wrong.bad;
    EXPECT_TRUE(Accepted(check(wrong.good))) << wrong.good;
  }
}

TEST(CheckAudience, SaysWhatTheTokenHasAndWhatWasAskedFor) {
  const auto detail = [](std::string_view members, const ClaimPolicy& policy) {
    const Result<Claims> claims = ParseClaims(R"({"iss":"i")" + std::string(members) + "}");
    return test::DetailOf(CheckAudience(claims.value(), policy, nullptr));
  };
  const ClaimPolicy policy = PolicyFor({"a", "b"});
  EXPECT_EQ(detail(R"(,"aud":["x","y"])", policy), R"(aud is "x", "y"; audiences has "a", "b")");
  EXPECT_EQ(detail("", policy), R"(aud is absent; audiences has "a", "b")");
  EXPECT_EQ(detail(R"(,"aud":"x")", {}), R"(aud is "x"; the issuer has no audiences)");
}

TEST(CheckAudience, RefusesAllWhereThereIsNoAudience) {
  EXPECT_TRUE(
      RefusedAt(Reason::kAudience, 5, CheckAudience(ClaimsWith(""), PolicyFor({}), nullptr)));
}

struct TimeCase {
  const char* name;
  std::string_view members;  // beside iss and sub
  std::int64_t leeway;
  std::optional<Reason> refusal;
};

// kNow is 1800000000; max_token_age is 1000 s, max_auth_age 500 s.
constexpr TimeCase kTimes[] = {
    // RFC 7519 §4.1.4: "on or after".
    {"ExpInASecond", R"("iat":1800000000,"exp":1800000001)", 0, std::nullopt},
    {"ExpNow", R"("iat":1800000000,"exp":1800000000)", 0, Reason::kExpired},
    {"ExpASecondAgo", R"("iat":1800000000,"exp":1799999999)", 0, Reason::kExpired},
    {"ExpInHalfASecond", R"("iat":1800000000,"exp":1800000000.5)", 0, std::nullopt},
    {"ExpHalfASecondAgo", R"("iat":1800000000,"exp":1799999999.5)", 0, Reason::kExpired},
    {"ExpJustWithinLeeway", R"("iat":1800000000,"exp":1799999971)", 30, std::nullopt},
    {"ExpAtLeeway", R"("iat":1800000000,"exp":1799999970)", 30, Reason::kExpired},
    {"ExpBeyondLeeway", R"("iat":1800000000,"exp":1799999969)", 30, Reason::kExpired},
    {"ExpAFractionWithinLeeway", R"("iat":1800000000,"exp":1799999970.001)", 30, std::nullopt},
    {"NoExp", R"("iat":1800000000)", 30, Reason::kClaimMissing},
    {"ExpZero", R"("iat":1800000000,"exp":0)", 30, Reason::kExpired},
    {"ExpNegative", R"("iat":1800000000,"exp":-1800000001)", 30, Reason::kExpired},
    {"ExpVeryNegative", R"("iat":1800000000,"exp":-1e308)", 300, Reason::kExpired},
    {"ExpAtTheLastSecond", R"("iat":1800000000,"exp":253402300799)", 300, std::nullopt},
    {"ExpBeyondTheLastSecond", R"("iat":1800000000,"exp":253402300800)", 300,
     Reason::kClaimWrongType},
    {"ExpHuge", R"("iat":1800000000,"exp":1e308)", 300, Reason::kClaimWrongType},
    {"ExpAtTheEndOf64Bits", R"("iat":1800000000,"exp":9223372036854775807)", 300,
     Reason::kClaimWrongType},
    {"ExpMinus2To53", R"("iat":1800000000,"exp":-9007199254740993)", 0, Reason::kExpired},
    {"ExpAtTheBeginningOf64Bits", R"("iat":1800000000,"exp":-9223372036854775808)", 300,
     Reason::kExpired},
    // RFC 7519 §4.1.5: "on or after" nbf it is valid.
    {"NbfNow", R"("iat":1800000000,"exp":1800000100,"nbf":1800000000)", 0, std::nullopt},
    {"NbfInASecond", R"("iat":1800000000,"exp":1800000100,"nbf":1800000001)", 0,
     Reason::kNotYetValid},
    {"NbfInAFraction", R"("iat":1800000000,"exp":1800000100,"nbf":1800000000.001)", 0,
     Reason::kNotYetValid},
    {"NbfAtLeeway", R"("iat":1800000000,"exp":1800000100,"nbf":1800000030)", 30, std::nullopt},
    {"NbfBeyondLeeway", R"("iat":1800000000,"exp":1800000100,"nbf":1800000031)", 30,
     Reason::kNotYetValid},
    {"NbfFar", R"("iat":1800000000,"exp":253402300799,"nbf":253402300798)", 300,
     Reason::kNotYetValid},
    {"NbfBeyondTheLastSecond", R"("iat":1800000000,"exp":1800000100,"nbf":1e308)", 300,
     Reason::kClaimWrongType},
    {"NbfNull", R"("iat":1800000000,"exp":1800000100,"nbf":null)", 0, std::nullopt},
    {"NbfThatCannotBeRead", R"("iat":1800000000,"exp":1800000100,"nbf":"tomorrow")", 300,
     Reason::kClaimWrongType},
    {"NbfLongAgo", R"("iat":1800000000,"exp":1800000100,"nbf":-1e308)", 0, std::nullopt},
    // iat: RFC 7519 §4.1.6.
    {"IatAtLeeway", R"("exp":1800000100,"iat":1800000030)", 30, std::nullopt},
    {"IatInTheFuture", R"("exp":1800000100,"iat":1800000031)", 30, Reason::kNotYetValid},
    {"IatAtMaxAge", R"("exp":1800000100,"iat":1799999000)", 0, std::nullopt},
    {"IatJustBelowMaxAge", R"("exp":1800000100,"iat":1799999001)", 0, std::nullopt},
    {"IatBeyondMaxAge", R"("exp":1800000100,"iat":1799998999)", 0, Reason::kTooOld},
    {"IatAFractionBeyondMaxAge", R"("exp":1800000100,"iat":1799998999.9)", 0, Reason::kTooOld},
    {"IatAtMaxAgeAndLeeway", R"("exp":1800000100,"iat":1799998970)", 30, std::nullopt},
    {"IatBeyondMaxAgeAndLeeway", R"("exp":1800000100,"iat":1799998969)", 30, Reason::kTooOld},
    {"IatVeryNegative", R"("exp":1800000100,"iat":-1e308)", 30, Reason::kTooOld},
    {"NoIat", R"("exp":1800000100)", 30, Reason::kClaimMissing},
    {"IatAsText", R"("exp":1800000100,"iat":"1800000000")", 30, Reason::kClaimWrongType},
    {"IatNull", R"("exp":1800000100,"iat":null)", 30, Reason::kClaimWrongType},
    {"IatBeyondTheLastSecond", R"("exp":1800000100,"iat":253402300800)", 30,
     Reason::kClaimWrongType},
    {"AuthTimeThatNobodyAsksFor",
     R"("iat":1800000000,"exp":1800000100,"auth_time":"2027-01-15T08:00:00Z")", 30, std::nullopt},
    {"AuthTimeNull", R"("iat":1800000000,"exp":1800000100,"auth_time":null)", 30, std::nullopt},
};

ClaimPolicy PolicyOfAges(std::int64_t token_age, std::int64_t auth_age) {
  ClaimPolicy policy = PolicyFor({"ssh://host.example"});
  policy.max_token_age = {{token_age}, {0, 7}};
  policy.max_auth_age = {{auth_age}, {0, 8}};
  return policy;
}

Status CheckTimesOf(std::string_view members, const ClaimPolicy& policy, std::int64_t leeway) {
  const Result<Claims> claims =
      ParseClaims(R"({"iss":"i","sub":"s",)" + std::string(members) + "}");
  if (!claims.ok()) return claims.error();
  return CheckTimes(claims.value(), policy, nullptr, {kNow, {leeway}});
}

class TimesTest : public testing::TestWithParam<TimeCase> {};

TEST_P(TimesTest, TheDatesAreHeldAgainstTheClock) {
  EXPECT_TRUE(
      test::EndsIn(GetParam().refusal,
                   CheckTimesOf(GetParam().members, PolicyOfAges(1000, 0), GetParam().leeway)));
}

INSTANTIATE_TEST_SUITE_P(CheckTimes, TimesTest, testing::ValuesIn(kTimes), test::kCaseName);

constexpr TimeCase kAuthTimes[] = {
    {"AtMost", R"("auth_time":1799999500)", 0, std::nullopt},
    {"BeyondMost", R"("auth_time":1799999499)", 0, Reason::kLoginTooOld},
    {"AFractionBeyondMost", R"("auth_time":1799999499.5)", 0, Reason::kLoginTooOld},
    {"AtMostAndLeeway", R"("auth_time":1799999470)", 30, std::nullopt},
    {"BeyondMostAndLeeway", R"("auth_time":1799999469)", 30, Reason::kLoginTooOld},
    {"Ahead", R"("auth_time":1800000030)", 30, std::nullopt},
    {"TooFarAhead", R"("auth_time":1800000031)", 30, Reason::kNotYetValid},
    {"Absent", R"("x":1)", 30, Reason::kClaimMissing},
    {"AsText", R"("auth_time":"2027-01-15T08:00:00Z")", 30, Reason::kClaimWrongType},
    {"Null", R"("auth_time":null)", 30, Reason::kClaimWrongType},
};

class AuthTimeTest : public testing::TestWithParam<TimeCase> {};

TEST_P(AuthTimeTest, RefusesALoginOlderThanMaxAuthAge) {
  const std::string members = R"("iat":1800000000,"exp":1800000100,)";
  EXPECT_TRUE(
      test::EndsIn(GetParam().refusal, CheckTimesOf(members + std::string(GetParam().members),
                                                    PolicyOfAges(1000, 500), GetParam().leeway)));
}

INSTANTIATE_TEST_SUITE_P(CheckTimes, AuthTimeTest, testing::ValuesIn(kAuthTimes), test::kCaseName);

TEST(CheckTimes, NeedsNoAgeThatIsTurnedOff) {
  const std::string_view no_iat = R"("exp":1800000100)";
  EXPECT_TRUE(Accepted(CheckTimesOf(no_iat, PolicyOfAges(0, 0), 30)));
  EXPECT_TRUE(RefusedAt(Reason::kClaimMissing, 7, CheckTimesOf(no_iat, PolicyOfAges(1, 0), 30)));
  EXPECT_TRUE(RefusedAt(Reason::kClaimMissing, 8, CheckTimesOf(no_iat, PolicyOfAges(0, 1), 30)));
}

TEST(CheckTimes, NeedsNoDateWhereNobodyAsksForItsAge) {
  const std::string_view texts = R"("exp":1800000100,"iat":"now","auth_time":[])";
  EXPECT_TRUE(Accepted(CheckTimesOf(texts, PolicyOfAges(0, 0), 30)));
  EXPECT_TRUE(RefusedAt(Reason::kClaimWrongType, 7, CheckTimesOf(texts, PolicyOfAges(1, 0), 30)));
  EXPECT_TRUE(RefusedAt(Reason::kClaimWrongType, 8, CheckTimesOf(texts, PolicyOfAges(0, 1), 30)));
}

TEST(CheckTimes, SaysHowLongAgoATokenExpired) {
  const auto detail = [](std::string_view members) {
    return test::DetailOf(CheckTimesOf(members, PolicyOfAges(0, 0), 30));
  };
  EXPECT_EQ(detail(R"("exp":1799999881)"), "exp was 119 s ago, leeway is 30 s");
  EXPECT_EQ(detail(R"("exp":1799999880)"), "exp was 120 s (2 minutes) ago, leeway is 30 s");
  EXPECT_EQ(detail(R"("iat":1800000000)"), "claim exp is absent");
}

TEST(CheckTimes, NamesTheLineOfTheLimit) {
  const std::string_view old = R"("exp":1800000100,"iat":1,"auth_time":1)";
  EXPECT_TRUE(RefusedAt(Reason::kTooOld, 7, CheckTimesOf(old, PolicyOfAges(60, 60), 30)));
  EXPECT_TRUE(RefusedAt(Reason::kLoginTooOld, 8, CheckTimesOf(old, PolicyOfAges(0, 60), 30)));
}

TEST(CheckTimes, RefusesAnIatInTheFutureEvenIfItsAgeIsNotLookedAt) {
  EXPECT_TRUE(
      RefusedAt(Reason::kNotYetValid, 0,
                CheckTimesOf(R"("exp":1800000100,"iat":1800000031)", PolicyOfAges(0, 0), 30)));
}

struct CheckCase {
  const char* name;
  std::string_view members;
  bool one_time;
  std::optional<Reason> refusal;
};

const std::string kLongJti = R"("ok":true,"jti":")" + std::string(513, 'j') + "\"";
const std::string kLongestJti = R"("ok":true,"jti":")" + std::string(512, 'j') + "\"";

const CheckCase kChecks[] = {
    {"Good", R"("ok":true)", false, std::nullopt},
    // RFC 7800 §3.1, RFC 9449 §6.1.
    {"BoundToAKey", R"("ok":true,"cnf":{"jkt":"x"})", false, Reason::kBound},
    {"BoundToNull", R"("ok":true,"cnf":null)", false, Reason::kBound},
    {"ConditionDoesNotHold", R"("ok":false)", false, Reason::kCondition},
    {"ConditionLeftOut", R"("_claim_names":{"ok":"src"})", false, Reason::kOverage},
    {"OneTime", R"("ok":true,"jti":"j")", true, std::nullopt},
    {"OneTimeWithoutJti", R"("ok":true)", true, Reason::kClaimMissing},
    {"OneTimeWithEmptyJti", R"("ok":true,"jti":"")", true, Reason::kClaimMissing},
    {"ManyTimesWithALongJti", kLongJti, false, std::nullopt},
    {"OneTimeWithALongJti", kLongJti, true, Reason::kClaimWrongType},
    {"OneTimeWithTheLongestJti", kLongestJti, true, std::nullopt},
    {"ManyTimesWithoutJti", R"("ok":true,"jti":"")", false, std::nullopt},
    {"OneTimeWithANumber", R"("ok":true,"jti":7)", true, Reason::kClaimWrongType},
    {"ManyTimesWithANumber", R"("ok":true,"jti":7)", false, std::nullopt},
    {"ManyTimesWithNull", R"("ok":true,"jti":null)", false, std::nullopt},
};

class AcceptedClaimsTest : public testing::TestWithParam<CheckCase> {};

TEST_P(AcceptedClaimsTest, AcceptsOrRefusesAsThePolicySays) {
  ClaimPolicy policy = PolicyFor({"ssh://host.example"});
  policy.one_time = {GetParam().one_time, {0, 9}};
  policy.require = {{test::Named("ok"), false, {true}, {0, 10}}};
  const Claims claims = ClaimsWith(GetParam().members);
  const Result<AcceptedClaims> accepted =
      AcceptedClaims::Check(claims, policy, nullptr, {kNow, {30}}, nullptr);
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, accepted));
  if (accepted.ok()) {
    EXPECT_EQ(&accepted.value().claims(), &claims);
  }
}

INSTANTIATE_TEST_SUITE_P(AcceptedClaims, AcceptedClaimsTest, testing::ValuesIn(kChecks),
                         test::kCaseName);

struct SubjectCase {
  const char* name;
  const char* member;
  std::optional<Reason> refusal;  // where sub is required
};

constexpr SubjectCase kSubjects[] = {
    {"Text", R"(,"sub":"alice")", std::nullopt},
    {"Absent", "", Reason::kClaimMissing},
    {"InAnotherCase", R"(,"Sub":"alice")", Reason::kClaimMissing},
    {"Empty", R"(,"sub":"")", Reason::kClaimMissing},
    {"Null", R"(,"sub":null)", Reason::kClaimWrongType},
    {"Number", R"(,"sub":7)", Reason::kClaimWrongType},
    {"List", R"(,"sub":["alice"])", Reason::kClaimWrongType},
};

class SubjectTest : public testing::TestWithParam<SubjectCase> {};

TEST_P(SubjectTest, TheSubjectMustBeTextUnlessItIsNotRequired) {
  ClaimPolicy policy = PolicyFor({"fleet"});
  const Result<Claims> claims =
      ParseClaims(R"({"iss":"i","aud":"fleet","iat":1800000000,"exp":1800000100)" +
                  std::string(GetParam().member) + "}");
  ASSERT_TRUE(Accepted(claims));
  const auto check = [&] {
    return AcceptedClaims::Check(claims.value(), policy, nullptr, {kNow, {0}}, nullptr);
  };
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, check()));
  policy.require_sub.value = false;
  EXPECT_TRUE(Accepted(check()));
}

INSTANTIATE_TEST_SUITE_P(AcceptedClaims, SubjectTest, testing::ValuesIn(kSubjects),
                         test::kCaseName);

class Details : public Trace {
 public:
  void Add(Step step) override { of[std::string(step.name)] = step.detail; }
  std::map<std::string, std::string> of;
};

/// Returns the details of the steps that accept a token with these members.
std::map<std::string, std::string> DetailsOf(const ClaimPolicy& policy, std::string_view members) {
  const Result<Claims> claims = ParseClaims(
      R"({"iss":"i","sub":"s","aud":"fleet","exp":1800000100)" + std::string(members) + "}");
  Details trace;
  EXPECT_TRUE(
      Accepted(AcceptedClaims::Check(claims.value(), policy, nullptr, {kNow, {30}}, &trace)));
  return trace.of;
}

ClaimPolicy PolicyOfAnyAge() {
  ClaimPolicy policy = PolicyFor({"fleet"});
  policy.max_token_age = {{0}, {0, 7}};
  return policy;
}

// An account rule may have conditions of its own, which another step shows.
TEST(AcceptedClaims, SaysWhoseConditionsThereAreNot) {
  EXPECT_EQ(DetailsOf(PolicyOfAnyAge(), "")["conditions"],
            "neither the issuer nor the service has any");
}

TEST(AcceptedClaims, ShowsTheConditionsThatHold) {
  ClaimPolicy policy = PolicyOfAnyAge();
  policy.require = {{test::Named("a"), false, {true}, {0, 10}},
                    {test::Named("b"), false, {std::int64_t{7}}, {0, 11}}};
  EXPECT_EQ(DetailsOf(policy, R"(,"a":true,"b":7)")["conditions"], "a any_of [true]; b any_of [7]");
}

TEST(AcceptedClaims, ShowsTheDatesThatTheTokenHas) {
  EXPECT_EQ(DetailsOf(PolicyOfAnyAge(), "")["time"], "exp in 100 s");
  EXPECT_EQ(DetailsOf(PolicyOfAnyAge(), R"(,"iat":1799999990)")["time"],
            "exp in 100 s, iat 10 s ago");
}

TEST(SecondsPastEnd, AreCountedFromExp) {
  const auto past = [](std::string_view exp) {
    const Result<Claims> claims =
        ParseClaims(R"({"iss":"i","sub":"s","exp":)" + std::string(exp) + "}");
    return SecondsPastEnd(claims.value(), {}, nullptr, {kNow, {30}});
  };
  EXPECT_EQ(past("1799999468"), 532);
  EXPECT_EQ(past("1799999999.5"), 0.5);
  EXPECT_EQ(past("1800000010"), -10);
}

}  // namespace
}  // namespace pamjwt
