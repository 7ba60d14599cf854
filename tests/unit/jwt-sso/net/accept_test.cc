#include "jwt-sso/net/accept.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/jwt-sso/net/login_tokens.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::string_view kNonceMember = R"(,"nonce":"n")";

FlowTokens Got(const std::string& id_token, const std::string& access_token = "access") {
  FlowTokens tokens;
  tokens.issued.id_token = SecretString(id_token);
  tokens.issued.access_token = SecretString(access_token);
  tokens.issued.refresh_token = SecretString("refresh");
  tokens.issued.lifetime = Seconds{600};
  tokens.nonce = "n";
  tokens.salt = kSalt;
  return tokens;
}

Result<SavedLogin> Accept(const FlowTokens& tokens, ClientToken token = ClientToken::kId,
                          ClientFlow flow = ClientFlow::kCode) {
  return AcceptLogin(ProfileFor(token), {flow, "SHA256:key", true}, tokens, ProviderKeys(), kClock);
}

std::string GoodIdToken(const std::string& more = "") {
  return IdClaims{.more = std::string(kNonceMember) + more}.Token();
}

TEST(AcceptLoginTest, KeepsWhatALoginGave) {
  const std::string id_token = GoodIdToken(R"(,"preferred_username":"Alice")");
  const Result<SavedLogin> login = Accept(Got(id_token));
  ASSERT_TRUE(Accepted(login));
  EXPECT_EQ(login.value().issuer, "https://sso.example");
  EXPECT_EQ(login.value().client_id, "client");
  EXPECT_EQ(login.value().subject, "alice");
  EXPECT_EQ(login.value().person, "Alice");
  EXPECT_EQ(login.value().key_fingerprint, "SHA256:key");
  EXPECT_EQ(login.value().salt, kSalt);
  EXPECT_EQ(login.value().nonce, "n");
  EXPECT_TRUE(login.value().dpop);
  EXPECT_EQ(login.value().refresh_token.view(), "refresh");
  EXPECT_EQ(login.value().id_token.view(), id_token);
  EXPECT_EQ(login.value().binding.view(), id_token);
  EXPECT_EQ(login.value().logged_in, test::kNow);
  EXPECT_EQ(login.value().renewed, test::kNow);
  EXPECT_EQ(login.value().renewals, 0);
}

TEST(AcceptLoginTest, KeepsNoTokenThatNobodyNeeds) {
  const std::string id_token = GoodIdToken();
  const std::string access = IdClaims{}.Token();
  const SavedLogin by_id = Accept(Got(id_token, access)).value();
  EXPECT_TRUE(by_id.access_token.empty());
  EXPECT_EQ(by_id.access_end, std::nullopt);
  const SavedLogin by_access = Accept(Got(id_token, access), ClientToken::kAccess).value();
  EXPECT_EQ(by_access.access_token.view(), access);
  EXPECT_EQ(by_access.access_end, UnixTime{test::kNow.seconds + 600});
  EXPECT_TRUE(by_access.id_token.empty());
  EXPECT_EQ(by_access.binding.view(), id_token);
  const Result<SavedLogin> for_prompts =
      AcceptLogin(ProfileFor(ClientToken::kId, ClientUse::kPrompt), {ClientFlow::kCode, "", false},
                  Got(id_token, access), ProviderKeys(), kClock);
  ASSERT_TRUE(Accepted(for_prompts));
  EXPECT_EQ(for_prompts.value().id_token.view(), id_token);
  EXPECT_TRUE(for_prompts.value().binding.empty());
}

TEST(AcceptLoginTest, TakesTheSubjectForAPersonWithoutAName) {
  EXPECT_EQ(Accept(Got(GoodIdToken())).value().person, "alice");
  const std::string long_name = R"(,"name":")" + std::string(201, 'x') + "\"";
  EXPECT_EQ(Accept(Got(GoodIdToken(long_name))).value().person, "alice");
}

TEST(AcceptLoginTest, RefusesTheNonceOfAnotherLogin) {
  FlowTokens tokens = Got(GoodIdToken());
  EXPECT_TRUE(Accepted(Accept(tokens)));
  tokens.nonce = "other";
  EXPECT_TRUE(RefusedFor(Reason::kBindingOther, Accept(tokens)));
}

TEST(AcceptLoginTest, TakesATokenWithoutNonceFromADeviceOnly) {
  const FlowTokens tokens = Got(IdClaims{}.Token());
  EXPECT_TRUE(RefusedFor(Reason::kBindingOther, Accept(tokens)));
  EXPECT_TRUE(Accepted(Accept(tokens, ClientToken::kId, ClientFlow::kDevice)));
}

TEST(AcceptLoginTest, RefusesAForgedTokenAlsoIfHostsGetTheAccessToken) {
  const std::string access = IdClaims{}.Token();
  const std::string good = GoodIdToken();
  EXPECT_TRUE(Accepted(Accept(Got(good, access), ClientToken::kAccess)));
  EXPECT_TRUE(RefusedFor(Reason::kSignature,
                         Accept(Got(test::WithFlippedBit(good), access), ClientToken::kAccess)));
}

TEST(AcceptLoginTest, RefusesALoginWithoutTheTokenThatHostsGet) {
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Accept(Got(""))));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Accept(Got(GoodIdToken()), ClientToken::kAccess)));
}

TEST(AcceptLoginTest, TakesTheSubjectOfAnAccessTokenWithoutAnIdToken) {
  const Result<SavedLogin> login = Accept(Got("", IdClaims{}.Token()), ClientToken::kAccess);
  ASSERT_TRUE(Accepted(login));
  EXPECT_EQ(login.value().subject, "alice");
  EXPECT_TRUE(login.value().binding.empty());
}

TEST(AcceptLoginTest, MakesASaltForACertificateWithoutANonce) {
  FlowTokens tokens = Got("", IdClaims{}.Token());
  tokens.salt = "";
  EXPECT_TRUE(IsSalt(Accept(tokens, ClientToken::kAccess).value().salt));
  const Result<SavedLogin> without_key =
      AcceptLogin(ProfileFor(ClientToken::kAccess, ClientUse::kPrompt),
                  {ClientFlow::kCode, "", false}, tokens, ProviderKeys(), kClock);
  ASSERT_TRUE(Accepted(without_key));
  EXPECT_EQ(without_key.value().salt, "");
}

TEST(AcceptLoginTest, LooksAtNoIdTokenThatTheProfileDoesNotAskFor) {
  const FlowTokens tokens = Got(test::WithFlippedBit(GoodIdToken()), IdClaims{}.Token());
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Accept(tokens, ClientToken::kAccess)));
  ClientProfile profile = ProfileFor(ClientToken::kAccess);
  profile.scopes = {"ssh"};
  const Result<SavedLogin> login =
      AcceptLogin(profile, {ClientFlow::kCode, "SHA256:key", true}, tokens, {}, kClock);
  ASSERT_TRUE(Accepted(login));
  EXPECT_TRUE(login.value().id_token.empty());
  EXPECT_TRUE(login.value().binding.empty());
}

class AcceptRenewedTest : public testing::Test {
 protected:
  static SavedLogin Login() {
    SavedLogin login;
    login.subject = "alice";
    login.nonce = "n";
    login.access_token = SecretString(IdClaims{}.Token());
    login.id_token = SecretString("old");
    login.binding = SecretString("login");
    login.refresh_token = SecretString("kept before");
    login.renewals = 1;
    login.logged_in = UnixTime{1};
    return login;
  }
  static Result<SavedLogin> Renew(const std::string& id_token,
                                  const std::string& access_token = "access",
                                  ClientToken token = ClientToken::kId) {
    return AcceptRenewed(ProfileFor(token), Login(), Got(id_token, access_token).issued,
                         ProviderKeys(), kClock);
  }
};

TEST_F(AcceptRenewedTest, ReplacesTheTokensAlone) {
  const std::string id_token = GoodIdToken();
  const Result<SavedLogin> login = Renew(id_token);
  ASSERT_TRUE(Accepted(login));
  EXPECT_EQ(login.value().id_token.view(), id_token);
  EXPECT_EQ(login.value().binding.view(), "login");
  EXPECT_EQ(login.value().refresh_token.view(), "kept before");
  EXPECT_EQ(login.value().renewals, 1);
  EXPECT_EQ(login.value().logged_in, UnixTime{1});
}

TEST_F(AcceptRenewedTest, TakesATokenWithTheNonceOfTheLoginOrWithoutOne) {
  EXPECT_TRUE(Accepted(Renew(GoodIdToken())));
  EXPECT_TRUE(Accepted(Renew(IdClaims{}.Token())));
  EXPECT_TRUE(
      RefusedFor(Reason::kBindingOther, Renew(IdClaims{.more = R"(,"nonce":"other")"}.Token())));
}

TEST_F(AcceptRenewedTest, RefusesATokenOfAnotherSubject) {
  EXPECT_TRUE(RefusedFor(Reason::kBindingOther, Renew(IdClaims{.sub = R"("bob")"}.Token())));
}

TEST_F(AcceptRenewedTest, WantsALoginIfTheProviderRenewsNoIdToken) {
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, Renew("")));
  const std::string access = IdClaims{}.Token();
  const Result<SavedLogin> login = Renew("", access, ClientToken::kAccess);
  ASSERT_TRUE(Accepted(login));
  EXPECT_EQ(login.value().access_token.view(), access);
  EXPECT_EQ(login.value().access_end, UnixTime{test::kNow.seconds + 600});
}

TEST_F(AcceptRenewedTest, RefusesAnAccessTokenOfAnotherSubject) {
  const std::string other = IdClaims{.sub = R"("bob")"}.Token();
  EXPECT_TRUE(RefusedFor(Reason::kBindingOther, Renew("", other, ClientToken::kAccess)));
}

}  // namespace
}  // namespace pamjwt::sso
