#include "jwt-sso/net/certificate.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/ssh/certificate_maker.h"
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

TEST(MakeCertificateTest, EndsFiveMinutesBehindTheToken) {
  const SshPublicKey key = NewSshKey();
  const std::string token = IdClaims{.more = NonceFor(key)}.Token();
  const Result<std::string> line = MakeCertificate({kSalt, token, ""}, key);
  ASSERT_TRUE(Accepted(line));
  const Result<SshKeyLine> read = ParseSshKeyLine(line.value());
  ASSERT_TRUE(Accepted(read));
  const Result<SshCertificate> certificate = ParseSshCertificate(read.value().blob.bytes());
  ASSERT_TRUE(Accepted(certificate));
  EXPECT_EQ(certificate.value().valid_before, 1800003900U);
  EXPECT_EQ(certificate.value().key.blob, key.blob);
}

TEST(MakeCertificateTest, RefusesATokenWithoutAnEnd) {
  const SshPublicKey key = NewSshKey();
  const std::string token = test::SignToken(Algorithm::kEs256, R"({"iat":1799999990})", "k");
  EXPECT_TRUE(RefusedFor(Reason::kClaimMissing, MakeCertificate({kSalt, token, ""}, key)));
}

}  // namespace
}  // namespace pamjwt::sso
