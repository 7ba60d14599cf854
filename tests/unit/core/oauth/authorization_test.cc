#include "core/oauth/authorization.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/ssh/bound_nonce.h"
#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

Metadata Provider() {
  Metadata provider;
  provider.issuer = "https://server.example.com";
  provider.authorization_endpoint = "https://server.example.com/authorize";
  return provider;
}

/// Returns an attempt whose texts are those of the RFCs' examples.
AuthorizationAttempt Attempt() {
  AuthorizationAttempt attempt;
  attempt.state = "xyz";
  attempt.pkce.challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  attempt.nonce = "pjk1.n";
  return attempt;
}

Result<SecretString> CodeOf(std::string_view query, const Metadata& provider = Provider()) {
  const Result<Redirect> redirect = Redirect::Parse(query, Attempt());
  if (!redirect.ok()) return redirect.error();
  return redirect.value().CodeFrom(provider);
}

TEST(BeginAuthorization, BindsTheNonceToTheKey) {
  const Result<AuthorizationAttempt> begun = BeginAuthorization(AsBytes("key"));
  ASSERT_TRUE(Accepted(begun));
  const AuthorizationAttempt& attempt = begun.value();
  EXPECT_TRUE(IsSalt(attempt.salt));
  EXPECT_EQ(attempt.nonce, BoundNonce(attempt.salt, AsBytes("key")).value());
  EXPECT_EQ(attempt.state.size(), 22U);
  EXPECT_EQ(attempt.pkce.verifier.size(), 43U);
}

TEST(BeginAuthorization, IsNewEachTime) {
  const AuthorizationAttempt one = BeginAuthorization(AsBytes("key")).value();
  const AuthorizationAttempt other = BeginAuthorization(AsBytes("key")).value();
  EXPECT_NE(one.state, other.state);
  EXPECT_NE(one.salt, other.salt);
  EXPECT_NE(one.nonce, other.nonce);
  EXPECT_NE(one.pkce.verifier.view(), other.pkce.verifier.view());
  EXPECT_NE(one.state, one.salt);
}

TEST(AuthorizationUrl, HasTheParametersOfTheExamples) {
  // RFC 6749 §4.1.1 has the client, the state and the redirect_uri; RFC 7636 §4.3 and its appendix
  // B have the challenge.
  const Result<std::string> url = AuthorizationUrl(
      Provider(), Attempt(), {"s6BhdRkqt3", "https://client.example.com/cb", "openid", "", ""});
  ASSERT_TRUE(Accepted(url));
  EXPECT_EQ(url.value(),
            "https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3"
            "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&scope=openid&state=xyz"
            "&nonce=pjk1.n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            "&code_challenge_method=S256");
}

TEST(AuthorizationUrl, NamesResourceAndKeyIfTheyAreGiven) {
  // RFC 8707 §2 and RFC 9449 §10. RFC 6749 §3.3: scopes have blanks between them.
  const Result<std::string> url = AuthorizationUrl(
      Provider(), Attempt(), {"c", "http://127.0.0.1:1/cb", "openid email", "ssh://h", "jkt"});
  ASSERT_TRUE(Accepted(url));
  EXPECT_NE(url.value().find("&scope=openid+email&"), std::string::npos);
  EXPECT_NE(url.value().find("&resource=ssh%3A%2F%2Fh&dpop_jkt=jkt"), std::string::npos);
}

TEST(AuthorizationUrl, KeepsTheQueryOfTheEndpoint) {
  Metadata provider = Provider();
  provider.authorization_endpoint += "?p=b2c_1";  // RFC 6749 §3.1
  const Result<std::string> url = AuthorizationUrl(provider, Attempt(), {"c", "", "", "", ""});
  EXPECT_EQ(url.value().find("https://server.example.com/authorize?p=b2c_1&response_type=code"),
            0U);
}

TEST(AuthorizationUrl, NeedsAnEndpointAndS256) {
  Metadata provider = Provider();
  provider.code_challenge_methods = {"plain", "S256"};
  EXPECT_TRUE(Accepted(AuthorizationUrl(provider, Attempt(), {})));
  provider.code_challenge_methods = {"plain"};
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, AuthorizationUrl(provider, Attempt(), {})));
  provider = Provider();
  provider.authorization_endpoint = "";
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, AuthorizationUrl(provider, Attempt(), {})));
}

TEST(Redirect, BringsTheCodeOfTheExample) {
  const Result<SecretString> code = CodeOf("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz");
  ASSERT_TRUE(Accepted(code));  // RFC 6749 §4.1.2
  EXPECT_EQ(code.value().view(), "SplxlOBeZQQYbYS6WxSbIA");
}

TEST(Redirect, OfAnotherStateIsNotOurs) {
  // RFC 6749 §10.12.
  for (const std::string_view query :
       {"code=a&state=xyZ", "code=a", "code=a&state=", "code=a&state=xyz&state=xyz", "",
        "error=access_denied", "code=a&state=xyzz"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, Redirect::Parse(query, Attempt()))) << query;
  }
  EXPECT_TRUE(Accepted(Redirect::Parse("code=a&state=xyz", Attempt())));
}

TEST(Redirect, IsNeverOfAnAttemptWithoutAState) {
  AuthorizationAttempt attempt = Attempt();
  attempt.state = "";
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Redirect::Parse("code=a", attempt)));
}

TEST(Redirect, ShowsTheErrorOfTheExample) {
  const Result<SecretString> code = CodeOf("error=access_denied&state=xyz");
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, code));  // RFC 6749 §4.1.2.1
  EXPECT_EQ(code.error().detail.find(R"(the provider answered "access_denied": )"), 0U);
  const Result<SecretString> both =
      CodeOf("code=a&error=x&error_description=Sorry%2C%0Ano&state=xyz");
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, both));
  EXPECT_EQ(both.error().detail, R"(the provider answered "x", "Sorry,?no")");
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, CodeOf("state=xyz")));
}

TEST(Redirect, IsOfTheIssuerThatWasAsked) {
  // RFC 9207 §2.4, with the issuer as in the example of RFC 9207 §2.1.
  const std::string query = "code=a&state=xyz";
  const std::string ours = query + "&iss=https%3A%2F%2Fserver.example.com";
  const std::string other = query + "&iss=https%3A%2F%2Fhonest.as.example";
  EXPECT_TRUE(Accepted(CodeOf(ours)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, CodeOf(other)));
  EXPECT_TRUE(Accepted(CodeOf(query)));
  Metadata provider = Provider();
  provider.sends_iss = true;
  EXPECT_TRUE(Accepted(CodeOf(ours, provider)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, CodeOf(other, provider)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, CodeOf(query, provider)));
}

TEST(Redirect, ShowsAnErrorThatNamesNoIssuer) {
  Metadata provider = Provider();
  provider.sends_iss = true;
  const Result<SecretString> code = CodeOf("error=server_error&state=xyz", provider);
  ASSERT_FALSE(code.ok());
  EXPECT_NE(code.error().detail.find("server_error"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::oauth
