// What Provider asks for, and what it makes of the answers.
#include <string>
#include <variant>

#include "core/jose/base64url.h"
#include "core/oauth/token_request.h"
#include "sso/provider_case.h"

namespace pamjwt::sso {
namespace {

using oauth::IssuedTokens;
using oauth::ProviderError;
using test::Accepted;

constexpr const char* kTokens = R"({"access_token":"a","token_type":"Bearer","refresh_token":"r"})";

/// Requests to the endpoints of a provider that was found.
class ProviderTest : public ProviderCase {
 protected:
  static std::string ErrorText(const std::string& code, const std::string& description = "") {
    return R"({"error":")" + code + R"(","error_description":")" + description + "\"}";
  }

  static Result<oauth::TokenAnswer> Refresh(Provider& provider,
                                            const oauth::DpopKey* key = nullptr) {
    return provider.RequestTokens(oauth::RefreshRequest("ro.ta.ted"), key);
  }

  /// Checks that an answer is an error of the provider, and returns it.
  static ProviderError ErrorOf(const Result<oauth::TokenAnswer>& answer) {
    EXPECT_TRUE(Accepted(answer));
    if (!answer.ok()) return {};
    const auto* const error = std::get_if<ProviderError>(&answer.value());
    EXPECT_NE(error, nullptr);
    return error == nullptr ? ProviderError{} : *error;
  }

  /// Returns the nonce in the proof of a request, or "" if it has none.
  static std::string NonceOf(const test::ServerRequest& request) {
    const std::string proof = request.fields.at("dpop");
    const std::size_t dot = proof.find('.') + 1;
    const SecretString payload = DecodeBase64Url(proof.substr(dot, proof.rfind('.') - dot)).value();
    const Json json = ParseJsonObject(payload.view(), JsonLimits{}).value();
    const Json* const nonce = json.Find("nonce");
    return nonce == nullptr ? "" : *nonce->AsString();
  }

  /// Returns an answer that wants a nonce (RFC 9449 §8).
  static ScriptedAnswer WantsNonce(const std::string& nonce) {
    return {.status = 400,
            .body = ErrorText("use_dpop_nonce"),
            .fields = nonce.empty() ? "" : "DPoP-Nonce: " + nonce + "\r\n"};
  }

  oauth::DpopKey key_{.public_key = {.type = KeyType::kP256,
                                     .kid = "",
                                     .alg = "",
                                     .use = "",
                                     .n = {},
                                     .e = {},
                                     .x = Bytes(32, 1),
                                     .y = Bytes(32, 2)},
                      .sign = [](ByteView) { return Result<Bytes>(Bytes(64, 3)); }};
};

TEST_F(ProviderTest, AsksForTokensAsAPublicClient) {
  Answer("/token", {.body = kTokens});
  Provider provider = Discovered();
  const Result<oauth::TokenAnswer> answer = Refresh(provider);
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<IssuedTokens>(answer.value()).refresh_token.view(), "r");
  const test::ServerRequest request = RequestsFor("/token").at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, "grant_type=refresh_token&refresh_token=ro.ta.ted&client_id=tester");
  EXPECT_EQ(request.fields.count("authorization") + request.fields.count("dpop"), 0U);
}

TEST_F(ProviderTest, SendsTheSecretInTheWayThatTheProviderOffers) {
  profile_.client_secret_file = directory_.Write("secret", "s3c&ret\n", 0600);
  Answer("/token", {.body = kTokens});
  Provider basic = Discovered();
  EXPECT_TRUE(Accepted(Refresh(basic)));
  EXPECT_EQ(RequestsFor("/token").at(0).fields.at("authorization"),
            "Basic dGVzdGVyOnMzYyUyNnJldA==");  // tester:s3c%26ret
  EXPECT_EQ(RequestsFor("/token").at(0).body, "grant_type=refresh_token&refresh_token=ro.ta.ted");
  Answer(kOpenId,
         {.body = Metadata(R"("token_endpoint_auth_methods_supported":["client_secret_post"],)")});
  Provider post = Discovered();
  EXPECT_TRUE(Accepted(Refresh(post)));
  EXPECT_TRUE(
      RequestsFor("/token").at(1).body.ends_with("&client_id=tester&client_secret=s3c%26ret"));
  EXPECT_EQ(RequestsFor("/token").at(1).fields.count("authorization"), 0U);
}

TEST_F(ProviderTest, ReturnsTheErrorOfTheProvider) {
  Answer("/token", {.status = 401, .body = ErrorText("invalid_client", "who?")});
  Provider provider = Discovered();
  const ProviderError error = ErrorOf(Refresh(provider));
  EXPECT_EQ(error.code, "invalid_client");
  EXPECT_EQ(error.description, "who?");
}

TEST_F(ProviderTest, SaysThatTheProviderCannotAnswerNow) {
  Provider provider = Discovered();
  const std::string begin = server_.Url("/token") + ": the provider answered ";
  Answer("/token", {.status = 500, .body = "<html><body>Oops</body></html>"});
  EXPECT_TRUE(
      FailedWith(Reason::kKeysMissing, {begin + "500: try again later"}, Refresh(provider)));
  Answer("/token", {.status = 503,
                    .body = ErrorText("temporarily_unavailable", "upgrade"),
                    .fields = "Retry-After: 600\r\n"});
  EXPECT_TRUE(
      FailedWith(Reason::kKeysMissing,
                 {begin + "503, \"temporarily_unavailable\", \"upgrade\": try again in 10 minutes"},
                 Refresh(provider)));
  Answer("/token", {.status = 429, .body = ErrorText("invalid_grant")});
  EXPECT_TRUE(
      FailedWith(Reason::kKeysMissing, {begin + "429, too many requests"}, Refresh(provider)));
  Answer("/token", {.status = 400, .body = ErrorText("invalid_grant")});
  EXPECT_EQ(ErrorOf(Refresh(provider)).code, "invalid_grant");
}

TEST_F(ProviderTest, TakesSlowDownWithAnyStatus) {
  Provider provider = Discovered();
  for (const int status : {400, 429}) {
    Answer("/token", {.status = status, .body = ErrorText("slow_down")});
    EXPECT_EQ(ErrorOf(Refresh(provider)).code, "slow_down") << status;
  }
}

TEST_F(ProviderTest, SaysWhichUrlAnsweredWithAPage) {
  Answer("/token", {.body = "<html>Please log in to the hotel's network</html>"});
  Provider provider = Discovered();
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {server_.Url("/token"), "200", "not JSON"},
                         Refresh(provider)));
}

TEST_F(ProviderTest, SendsTokensToNoOtherUrl) {
  Answer("/token", {.status = 307, .fields = "Location: /elsewhere\r\n"});
  Provider provider = Discovered();
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"redirects a POST", "tell its administrator"},
                         Refresh(provider)));
  EXPECT_EQ(RequestsFor("/elsewhere").size(), 0U);
}

TEST_F(ProviderTest, ReadsAnAnswerOf256KiBAndNoLonger) {
  Provider provider = Discovered();
  const std::string rest = kTokens;
  const std::string blank(oauth::kMaxTokenAnswerBytes - rest.size(), ' ');
  Answer("/token", {.body = blank + rest});
  EXPECT_TRUE(Accepted(Refresh(provider)));
  Answer("/token", {.body = blank + " " + rest});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"more than 262144 bytes"}, Refresh(provider)));
}

TEST_F(ProviderTest, LeavesOutADescriptionThatRepeatsASecret) {
  Provider provider = Discovered();
  Answer("/token", {.status = 400, .body = ErrorText("invalid_grant", "ro.ta.ted is old")});
  EXPECT_EQ(ErrorOf(Refresh(provider)).description, "");
  Answer("/token", {.status = 400, .body = ErrorText("invalid_grant", "tester: it is old")});
  EXPECT_EQ(ErrorOf(Refresh(provider)).description, "tester: it is old");
}

TEST_F(ProviderTest, QuotesNoSecretInItsErrors) {
  Provider provider = Discovered();
  const std::pair<ScriptedAnswer, Reason> cases[] = {
      {{.status = 400, .body = ErrorText("ro.ta.ted")}, Reason::kMalformed},
      {{.status = 503, .body = ErrorText("ro.ta.ted")}, Reason::kMalformed},
      {{.status = 503, .body = ErrorText("busy", "ro.ta.ted")}, Reason::kKeysMissing},
      {{.body = R"({"access_token":"a","token_type":"ro.ta.ted"})"}, Reason::kMalformed},
  };
  for (const auto& [answer, reason] : cases) {
    Answer("/token", answer);
    const Result<oauth::TokenAnswer> result = Refresh(provider);
    ASSERT_TRUE(test::RefusedFor(reason, result)) << answer.body;
    EXPECT_EQ(result.error().detail.find("ro.ta.ted"), std::string::npos);
  }
}

TEST_F(ProviderTest, SendsAProofAndRemembersTheNonceOfTheServer) {
  Answers(
      "/token",
      {WantsNonce("n-1"), {.body = kTokens, .fields = "DPoP-Nonce: n-2\r\n"}, {.body = kTokens}});
  Provider provider = Discovered();
  EXPECT_TRUE(std::holds_alternative<IssuedTokens>(Refresh(provider, &key_).value()));
  EXPECT_TRUE(std::holds_alternative<IssuedTokens>(Refresh(provider, &key_).value()));
  const std::vector<test::ServerRequest> requests = RequestsFor("/token");
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(NonceOf(requests[0]), "");
  EXPECT_EQ(NonceOf(requests[1]), "n-1");
  EXPECT_EQ(NonceOf(requests[2]), "n-2");  // RFC 9449 §8.2
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_NE(requests[0].fields.at("dpop"), requests[1].fields.at("dpop"));
}

TEST_F(ProviderTest, SendsTheRequestAgainOnlyOnce) {
  Answers("/token", {WantsNonce("n-1"), WantsNonce("n-2"), WantsNonce("n-3")});
  Provider provider = Discovered();
  EXPECT_TRUE(FailedWith(Reason::kMalformed,
                         {server_.Url("/token"), "another DPoP nonce each time"},
                         Refresh(provider, &key_)));
  EXPECT_EQ(RequestsFor("/token").size(), 2U);
}

TEST_F(ProviderTest, SendsNothingAgainWithoutANewNonce) {
  Answer("/token", WantsNonce(""));
  Provider provider = Discovered();
  EXPECT_TRUE(
      FailedWith(Reason::kMalformed, {"sends none that can be used"}, Refresh(provider, &key_)));
  Answer("/token", WantsNonce("has\\one"));
  EXPECT_FALSE(Refresh(provider, &key_).ok());
  EXPECT_EQ(RequestsFor("/token").size(), 2U);
}

TEST_F(ProviderTest, SendsNoProofWithoutAKey) {
  Answer("/token", WantsNonce("n-1"));
  Provider provider = Discovered();
  EXPECT_EQ(ErrorOf(Refresh(provider)).code, "use_dpop_nonce");
  EXPECT_EQ(RequestsFor("/token").size(), 1U);
}

TEST_F(ProviderTest, BeginsADeviceLogin) {
  Provider provider = Discovered();
  Answer("/device", {.body = R"({"device_code":"d","user_code":"WDJB-MJHT",)"
                             R"("verification_uri":"https://idp.test/device","expires_in":60})"});
  const Result<oauth::DeviceAnswer> answer =
      provider.BeginDeviceLogin(oauth::DeviceRequest("openid"));
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<oauth::DeviceLogin>(answer.value()).user_code, "WDJB-MJHT");
  EXPECT_EQ(RequestsFor("/device").at(0).body, "scope=openid&client_id=tester");
  Answer("/device", {.status = 400, .body = ErrorText("unauthorized_client")});
  const Result<oauth::DeviceAnswer> refused =
      provider.BeginDeviceLogin(oauth::DeviceRequest("openid"));
  ASSERT_TRUE(Accepted(refused));
  EXPECT_EQ(std::get<ProviderError>(refused.value()).code, "unauthorized_client");
}

TEST_F(ProviderTest, SaysThatThereIsNoDeviceLogin) {
  std::string metadata = Metadata();
  metadata.replace(metadata.find("device_auth"), 6, "elsewh");
  Answer(kOpenId, {.body = metadata});
  Provider provider = Discovered();
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {"has no device_authorization_endpoint"},
                         provider.BeginDeviceLogin(oauth::DeviceRequest("openid"))));
}

TEST_F(ProviderTest, FetchesTheKeys) {
  // The key of RFC 8037 appendix A.2.
  Answer("/jwks", {.body = R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k",)"
                           R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})"});
  Provider provider = Discovered();
  const Result<std::vector<Jwk>> keys = provider.FetchKeys();
  ASSERT_TRUE(Accepted(keys));
  EXPECT_EQ(keys.value().at(0).kid, "k");
}

TEST_F(ProviderTest, SaysThatThereIsNoKeyToVerifyWith) {
  Provider provider = Discovered();
  const std::string url = server_.Url("/jwks");
  Answer("/jwks", {.body = R"({"keys":[{"kty":"oct","k":"AAAA"}]})"});
  EXPECT_TRUE(
      FailedWith(Reason::kMalformed, {url, "no key that can verify"}, provider.FetchKeys()));
  Answer("/jwks", {.body = "[]"});
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {url}, provider.FetchKeys()));
  Answer("/jwks", {.status = 404});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {url, "404"}, provider.FetchKeys()));
}

TEST_F(ProviderTest, RevokesATokenIfThereIsAPlaceForIt) {
  Answer("/revoke", {});
  Provider provider = Discovered();
  EXPECT_TRUE(Accepted(provider.Revoke("ro.ta.ted")));
  EXPECT_EQ(RequestsFor("/revoke").at(0).body,
            "token=ro.ta.ted&token_type_hint=refresh_token&client_id=tester");
  std::string metadata = Metadata();
  Answer(kOpenId, {.body = metadata.replace(metadata.find("revocation"), 6, "elsewh")});
  Provider without = Discovered();
  EXPECT_TRUE(Accepted(without.Revoke("ro.ta.ted")));
  EXPECT_EQ(RequestsFor("/revoke").size(), 1U);
}

TEST_F(ProviderTest, SaysWhyATokenWasNotRevoked) {
  Provider provider = Discovered();
  Answer("/revoke", {.status = 400, .body = ErrorText("unsupported_token_type", "ro.ta.ted")});
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {server_.Url("/revoke"), "unsupported_token_type"},
                         provider.Revoke("ro.ta.ted")));
  Answer("/revoke", {.status = 503, .fields = "Retry-After: 5\r\n"});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"503: try again in 5 seconds"},
                         provider.Revoke("ro.ta.ted")));
}

TEST_F(ProviderTest, TakesANewDeadline) {
  Answer("/token", {.body = kTokens});
  Provider provider = Discovered();
  provider.SetDeadline(MonotonicNs());
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"timed out"}, Refresh(provider)));
  provider.SetDeadline(After(20'000));
  EXPECT_TRUE(Accepted(Refresh(provider)));
}

TEST_F(ProviderTest, SaysHowFarTheClocksAreApart) {
  Answers("/token", {{.body = kTokens, .fields = "Date: Fri, 01 Jan 2100 00:00:00 GMT\r\n"},
                     {.body = kTokens, .fields = "Date: Sat, 01 Jan 2000 00:00:00 GMT\r\n"},
                     {.body = kTokens}});
  Provider provider = Discovered();
  EXPECT_EQ(provider.DescribeClock(), "");
  EXPECT_TRUE(Accepted(Refresh(provider)));
  EXPECT_NE(provider.DescribeClock().find("seconds behind the provider's"), std::string::npos);
  EXPECT_TRUE(Accepted(Refresh(provider)));
  EXPECT_NE(provider.DescribeClock().find("seconds ahead of the provider's"), std::string::npos);
  EXPECT_TRUE(Accepted(Refresh(provider)));
  EXPECT_EQ(provider.DescribeClock(), "");
}

}  // namespace
}  // namespace pamjwt::sso
