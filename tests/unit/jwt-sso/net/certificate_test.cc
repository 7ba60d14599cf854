#include "jwt-sso/net/certificate.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "core/claims/key_binding.h"
#include "core/claims/login_binding.h"
#include "core/claims/policy.h"
#include "core/ssh/key_line.h"
#include "support/expect.h"
#include "unit/jwt-sso/net/login_tokens.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

class ChoosePartsTest : public testing::Test {
 protected:
  ChoosePartsTest() { login_.salt = kSalt; }

  void SetTokens(const std::string& id, const std::string& access, const std::string& binding) {
    login_.id_token = SecretString(id);
    login_.access_token = SecretString(access);
    login_.binding = SecretString(binding);
  }
  [[nodiscard]] std::string WithNonce() const { return IdClaims{.more = NonceFor(key_)}.Token(); }
  [[nodiscard]] Result<CarriedTokens> Choose(ClientToken token) const {
    return ChooseParts(login_, token, key_);
  }

  SshPublicKey key_ = NewSshKey();
  SavedLogin login_;
};

TEST_F(ChoosePartsTest, TakesTheIdTokenAloneIfItHasTheNonce) {
  const std::string token = WithNonce();
  SetTokens(token, "", token);
  const Result<CarriedTokens> parts = Choose(ClientToken::kId);
  ASSERT_TRUE(Accepted(parts));
  EXPECT_EQ(parts.value().token, token);
  EXPECT_EQ(parts.value().binding, "");
  EXPECT_EQ(parts.value().salt, kSalt);
}

TEST_F(ChoosePartsTest, AddsTheTokenOfTheLoginIfTheIdTokenLacksTheNonce) {
  const std::string token = IdClaims{}.Token();
  const std::string login = WithNonce();
  SetTokens(token, "", login);
  const Result<CarriedTokens> parts = Choose(ClientToken::kId);
  ASSERT_TRUE(Accepted(parts));
  EXPECT_EQ(parts.value().token, token);
  EXPECT_EQ(parts.value().binding, login);
}

TEST_F(ChoosePartsTest, RefusesAnIdTokenThatNothingBinds) {
  SetTokens(IdClaims{}.Token(), "", "");
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Choose(ClientToken::kId)));
  SetTokens(IdClaims{}.Token(), "", IdClaims{}.Token());
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Choose(ClientToken::kId)));
}

TEST_F(ChoosePartsTest, RefusesTheNonceOfAnotherKey) {
  const std::string other = IdClaims{.more = NonceFor(NewSshKey())}.Token();
  SetTokens(other, "", other);
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Choose(ClientToken::kId)));
  SetTokens(IdClaims{}.Token(), "", other);
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Choose(ClientToken::kId)));
}

TEST_F(ChoosePartsTest, TakesTheAccessTokenAloneIfItsThumbprintNamesTheKey) {
  const std::string access = IdClaims{.more = ThumbprintOf(key_)}.Token();
  SetTokens("", access, "");
  const Result<CarriedTokens> parts = Choose(ClientToken::kAccess);
  ASSERT_TRUE(Accepted(parts));
  EXPECT_EQ(parts.value().token, access);
  EXPECT_EQ(parts.value().binding, "");
}

TEST_F(ChoosePartsTest, AddsTheTokenOfTheLoginToAnAccessTokenWithoutThumbprint) {
  const std::string access = IdClaims{}.Token();
  SetTokens("", access, WithNonce());
  const Result<CarriedTokens> parts = Choose(ClientToken::kAccess);
  ASSERT_TRUE(Accepted(parts));
  EXPECT_EQ(parts.value().token, access);
  EXPECT_EQ(parts.value().binding, login_.binding.view());
}

TEST_F(ChoosePartsTest, RefusesAnAccessTokenWithTheThumbprintOfAnotherKey) {
  SetTokens("", IdClaims{.more = ThumbprintOf(NewSshKey())}.Token(), WithNonce());
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Choose(ClientToken::kAccess)));
}

TEST_F(ChoosePartsTest, RefusesAnAccessTokenThatIsNotAJwt) {
  SetTokens("", "opaque", WithNonce());
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Choose(ClientToken::kAccess)));
}

struct BindingCase {
  const char* name;
  IdClaims token{};
  IdClaims login{};
  std::optional<Reason> refusal;
};

class CheckBindingTest : public testing::TestWithParam<BindingCase> {};

TEST_P(CheckBindingTest, ChecksAsHostsDo) {
  const std::string token = GetParam().token.Token();
  const std::string login = GetParam().login.Token();
  EXPECT_TRUE(test::EndsIn(GetParam().refusal,
                           CheckBinding({kSalt, token, login}, ProviderKeys(), kClock)));
}

const BindingCase kBindingCases[] = {
    {"SameLogin", {}, {}, std::nullopt},
    {"LoginThatHasExpired", {}, {.iat = "1799900000", .exp = "1799903600"}, std::nullopt},
    {"OtherSubject", {}, {.sub = R"("bob")"}, Reason::kBindingOther},
    {"OtherAudience", {.aud = R"("api")"}, {}, Reason::kBindingOther},
    {"OtherSession", {.more = R"(,"sid":"1")"}, {.more = R"(,"sid":"2")"}, Reason::kBindingOther},
    {"SameSession", {.more = R"(,"sid":"1")"}, {.more = R"(,"sid":"1")"}, std::nullopt},
    {"LoginFromTheFuture", {}, {.iat = "1800000061"}, Reason::kNotYetValid},
    {"LoginWithinTheLeeway", {}, {.iat = "1800000060"}, std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(Tokens, CheckBindingTest, testing::ValuesIn(kBindingCases),
                         test::kCaseName);

TEST(CheckBindingSignatureTest, RefusesTokensThatNoKeyOfTheProviderSigned) {
  const std::string good = IdClaims{}.Token();
  const std::string forged = test::WithFlippedBit(good);
  EXPECT_TRUE(Accepted(CheckBinding({kSalt, good, good}, ProviderKeys(), kClock)));
  EXPECT_TRUE(
      RefusedFor(Reason::kNoToken, CheckBinding({kSalt, good, forged}, ProviderKeys(), kClock)));
  EXPECT_TRUE(
      RefusedFor(Reason::kSignature, CheckBinding({kSalt, forged, good}, ProviderKeys(), kClock)));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, CheckBinding({kSalt, good, good}, {}, kClock)));
}

TEST(CheckBindingSignatureTest, NeedsNoKeysWithoutABinding) {
  EXPECT_TRUE(Accepted(CheckBinding({kSalt, "a.b.c", ""}, {}, kClock)));
}

// ---- The end of a certificate

/// Reads the certificate of a line, which must outlive it.
TokenCertificate ReadBack(const SshKeyLine& key) {
  SshCertificate certificate = ParseSshCertificate(key.blob.bytes()).value();
  return TokenCertificate::Check(std::move(certificate), test::kNow).value();
}

VerifiedPayload Verified(std::string_view token) {
  return test::Verify(std::string(token), test::TestKey::For(Algorithm::kEs256)).value();
}

/// Returns when a host whose options are those of `profile` stops taking a certificate.
double HostEnd(const TokenCertificate& certificate, const ClientProfile& profile) {
  ClaimPolicy policy;
  policy.max_bound_age.value = profile.max_bound_age;
  policy.max_binding_age.value = profile.max_binding_age;
  const Claims claims = Claims::Parse(Verified(certificate.token())).value();
  std::optional<LoginBinding> login;
  if (!certificate.binding().empty()) {
    login =
        LoginBinding::Check(claims, Verified(certificate.binding()), policy.max_binding_age, kClock)
            .value();
  }
  const KeyBinding binding =
      KeyBinding::Check(claims, certificate, login.has_value() ? &*login : nullptr).value();
  const double end = EndOf(claims, policy, &binding).value();
  if (!login.has_value()) return end;
  return std::min(end, login->issued_at() + static_cast<double>(policy.max_binding_age->count));
}

constexpr std::int64_t kHour = 3600;

/// A certificate for a token that was issued 10 s before kNow, and ends an hour behind kNow.
struct EndCase {
  const char* name;
  bool has_nonce;
  bool has_cnf;
  std::int64_t login_age;  ///< of BINDING, in seconds before kNow; 0: there is none
  std::int64_t max_bound_age;
  std::int64_t max_binding_age;
  std::int64_t end;  ///< seconds behind kNow
};

class CertificateEndTest : public testing::TestWithParam<EndCase> {};

TEST_P(CertificateEndTest, IsWhenHostsStopTakingIt) {
  const EndCase& param = GetParam();
  const SshPublicKey key = NewSshKey();
  const std::string token = IdClaims{.more = (param.has_nonce ? NonceFor(key) : "") +
                                             (param.has_cnf ? ThumbprintOf(key) : "")}
                                .Token();
  const std::string login =
      IdClaims{.iat = std::to_string(test::kNow.seconds - param.login_age), .more = NonceFor(key)}
          .Token();
  ClientProfile profile = ProfileFor(ClientToken::kId);
  profile.max_bound_age = Seconds{param.max_bound_age};
  profile.max_binding_age = Seconds{param.max_binding_age};
  const CarriedTokens parts{kSalt, token, param.login_age == 0 ? "" : std::string_view(login)};
  const Result<std::string> line = MakeCertificate(parts, key, profile);
  ASSERT_TRUE(Accepted(line));
  const Result<SshKeyLine> read = ParseSshKeyLine(line.value());
  ASSERT_TRUE(Accepted(read));
  const TokenCertificate certificate = ReadBack(read.value());
  const std::int64_t end = test::kNow.seconds + param.end;
  EXPECT_EQ(certificate.certificate().valid_before, static_cast<std::uint64_t>(end + 300));
  EXPECT_EQ(certificate.certificate().key.blob, key.blob);
  EXPECT_EQ(HostEnd(certificate, profile), static_cast<double>(end));
}

const EndCase kEndCases[] = {
    {"Nonce", true, false, 0, 0, 24 * kHour, kHour},
    {"NonceWithAnAge", true, false, 0, 16 * kHour, 24 * kHour, 16 * kHour - 10},
    {"NonceWithAShorterAgeThanExp", true, false, 0, 60, 24 * kHour, 50},
    {"NonceNeedsNoLogin", true, false, 0, 16 * kHour, 1, 16 * kHour - 10},
    {"Cnf", false, true, 0, 16 * kHour, 24 * kHour, kHour},
    {"CnfAndNonce", true, true, 0, 16 * kHour, 24 * kHour, kHour},
    {"YoungLogin", false, false, kHour, 16 * kHour, 24 * kHour, kHour},
    {"LoginOfADayAgo", false, false, 24 * kHour - 60, 0, 24 * kHour, 60},
    {"LoginOfADayAgoWithALongerAge", false, false, 24 * kHour - 60, 0, 48 * kHour, kHour},
};

INSTANTIATE_TEST_SUITE_P(MakeCertificate, CertificateEndTest, testing::ValuesIn(kEndCases),
                         test::kCaseName);

TEST(MakeCertificateTest, RefusesATokenWithoutAnEnd) {
  const SshPublicKey key = NewSshKey();
  const auto make = [&](const std::string& dates, Seconds age) {
    const std::string token =
        test::SignToken(Algorithm::kEs256, "{" + dates + NonceFor(key) + "}", "k");
    ClientProfile profile = ProfileFor(ClientToken::kId);
    profile.max_bound_age = age;
    return MakeCertificate({kSalt, token, ""}, key, profile);
  };
  EXPECT_TRUE(Accepted(make(R"("iat":1799999990,"exp":1800003600)", Seconds{0})));
  EXPECT_TRUE(RefusedFor(Reason::kClaimMissing, make(R"("iat":1799999990)", Seconds{0})));
  EXPECT_TRUE(RefusedFor(Reason::kClaimMissing, make(R"("exp":1800003600)", Seconds{60})));
}

TEST(MakeCertificateTest, RefusesATokenThatNamesNoKey) {
  const SshPublicKey key = NewSshKey();
  EXPECT_TRUE(RefusedFor(
      Reason::kCertificateUnbound,
      MakeCertificate({kSalt, IdClaims{}.Token(), ""}, key, ProfileFor(ClientToken::kId))));
}

}  // namespace
}  // namespace pamjwt::sso
