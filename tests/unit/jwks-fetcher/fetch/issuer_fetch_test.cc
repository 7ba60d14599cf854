#include "jwks-fetcher/fetch/issuer_fetch.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/fake_http.h"
#include "support/token_builder.h"

namespace pamjwt::fetcher {
namespace {

using test::TestKey;

constexpr std::string_view kMetadata =
    R"({"issuer":"https://sso.example","jwks_uri":"https://keys.example/jwks"})";

class IssuerFetchTest : public testing::Test {
 protected:
  void Start(bool urgent = false) {
    outcome_ = std::nullopt;
    fetch_->Start(urgent, [this](FetchOutcome outcome) { outcome_ = std::move(outcome); });
  }

  void UseSource(KeySource source) {
    fetch_ = std::make_unique<IssuerFetch>(http_, std::move(source),
                                           [] { return UnixTime{784'111'777}; });
  }

  /// Runs a whole fetch, whose response has keys and these fields.
  void FetchKeys(const http::HttpResponse& fields) {
    Start();
    http_.Respond(200, kMetadata);
    http::HttpResponse response = fields;
    response.status = 200;
    response.body = Keys();
    http_.Respond(response);
    ASSERT_EQ(outcome_->end, FetchEnd::kKeys);
  }

  static KeySource Source() {
    KeySource source;
    source.url = "https://sso.example";
    return source;
  }
  static std::string Keys() { return test::JwkSetText({TestKey::P256().PublicJwk("a")}); }

  test::FakeHttp http_;
  std::unique_ptr<IssuerFetch> fetch_ =
      std::make_unique<IssuerFetch>(http_, Source(), [] { return UnixTime{784'111'777}; });
  std::optional<FetchOutcome> outcome_;
};

TEST_F(IssuerFetchTest, AsksForMetadataAndThenForKeys) {
  Start();
  EXPECT_TRUE(fetch_->running());
  EXPECT_EQ(http_.next().url, "https://sso.example/.well-known/openid-configuration");
  EXPECT_EQ(http_.next().nearest, http::AddressClass::kLocal);
  EXPECT_FALSE(http_.next().environment_proxy);
  EXPECT_EQ(http_.next().advice.redirect,
            "if that place is right, give its url as metadata_url or jwks_uri");
  http_.Respond(200, kMetadata);
  EXPECT_EQ(http_.next().url, "https://keys.example/jwks");
  EXPECT_EQ(http_.next().nearest, http::AddressClass::kPublic);
  EXPECT_FALSE(http_.next().allow_plain);
  EXPECT_EQ(http_.next().max_bytes, std::size_t{1024} * 1024);
  http_.Respond(200, Keys());
  ASSERT_TRUE(outcome_.has_value());
  EXPECT_EQ(outcome_->end, FetchEnd::kKeys);
  EXPECT_EQ(outcome_->set.keys.at(0).kid, "a");
  EXPECT_FALSE(fetch_->running());
}

TEST_F(IssuerFetchTest, LooksForKeysInAPrivateNetworkIfTheMetadataCameFromOne) {
  Start();
  http::HttpResponse metadata;
  metadata.status = 200;
  metadata.body = kMetadata;
  metadata.address = http::AddressClass::kPrivate;
  http_.Respond(metadata);
  EXPECT_EQ(http_.next().nearest, http::AddressClass::kPrivate);
  EXPECT_FALSE(http_.next().allow_plain);
  http_.Respond(200, Keys());
  Start(true);  // straight to the keys
  EXPECT_EQ(http_.next().nearest, http::AddressClass::kPrivate);
}

TEST_F(IssuerFetchTest, AsksAConfiguredPlaceAtOnce) {
  KeySource source = Source();
  source.jwks_uri = "http://localhost/jwks";
  UseSource(source);
  Start();
  EXPECT_EQ(http_.next().url, "http://localhost/jwks");
  EXPECT_EQ(http_.next().nearest, http::AddressClass::kLocal);
  EXPECT_TRUE(http_.next().allow_plain);
  http_.Respond(200, Keys());
  EXPECT_EQ(outcome_->end, FetchEnd::kKeys);
}

TEST_F(IssuerFetchTest, HandsLimitsAndProxyOfTheConfigurationOn) {
  KeySource source = Source();
  source.ca_file = "/ca.pem";
  source.proxy = "http://svc@proxy.example:3128";
  source.proxy_password_file = "/proxy.password";
  source.timeout_ms = 1'234;
  UseSource(source);
  Start();
  for (int exchange = 0; exchange < 2; ++exchange) {
    EXPECT_EQ(http_.next().ca_file, "/ca.pem");
    EXPECT_EQ(http_.next().proxy, "http://svc@proxy.example:3128");
    EXPECT_EQ(http_.next().proxy_password_file, "/proxy.password");
    EXPECT_EQ(http_.next().timeout_ms, 1'234);
    http_.Respond(200, exchange == 0 ? std::string(kMetadata) : Keys());
  }
  EXPECT_EQ(outcome_->end, FetchEnd::kKeys);
}

TEST_F(IssuerFetchTest, SendsTheBearerTokenToOriginsOfTheConfigurationOnly) {
  KeySource source = Source();
  source.bearer_token_file = "/token";
  UseSource(source);
  Start();
  EXPECT_EQ(http_.next().bearer_token_file, "/token");
  http_.Respond(200, kMetadata);
  EXPECT_EQ(http_.next().bearer_token_file, "");  // another origin, named by the metadata
  http_.Respond(401, "");
  EXPECT_EQ(outcome_->error,
            "https://keys.example/jwks: HTTP 401: the token in /token was not sent, because the "
            "configuration does not name this origin: give jwks_uri");
  source.jwks_uri = "https://keys.example/jwks";
  UseSource(source);
  Start();
  EXPECT_EQ(http_.next().bearer_token_file, "/token");
  http_.Respond(403, "");
  EXPECT_EQ(outcome_->error,
            "https://keys.example/jwks: HTTP 403: the server does not accept the "
            "token in /token");
}

TEST_F(IssuerFetchTest, NamesBearerTokenFileIfTheServerWantsOne) {
  Start();
  http_.Respond(401, "");
  EXPECT_EQ(outcome_->error,
            "https://sso.example/.well-known/openid-configuration: HTTP 401: if the server wants a "
            "bearer token, give bearer_token_file");
  Start();
  http_.Respond(404, "");
  EXPECT_TRUE(outcome_->error.ends_with("HTTP 404")) << outcome_->error;
}

TEST_F(IssuerFetchTest, SaysWhyItLeftEveryKeyOut) {
  Start();
  http_.Respond(200, kMetadata);
  http_.Respond(200, test::JwkSetText({R"({"kty":"oct","kid":"a","k":"AAAA"})",
                                       R"({"kty":"oct","kid":"b","k":"AAAA"})"}));
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(outcome_->error, "https://keys.example/jwks: the JWK Set has no key that can be used");
  EXPECT_EQ(outcome_->set.skipped,
            (std::vector<std::string>{"kid \"a\": has the private member k",
                                      "kid \"b\": has the private member k"}));
}

TEST_F(IssuerFetchTest, SkipsTheMetadataIfALoginWaits) {
  FetchKeys({});
  Start(true);
  EXPECT_EQ(http_.next().url, "https://keys.example/jwks");
  EXPECT_TRUE(http_.next().urgent);
  http_.Respond(200, Keys());
  Start(false);
  EXPECT_EQ(http_.next().url, "https://sso.example/.well-known/openid-configuration");
  EXPECT_FALSE(http_.next().urgent);
}

TEST_F(IssuerFetchTest, AsksForMetadataForALoginIfItKnowsNoPlace) {
  Start(true);
  EXPECT_EQ(http_.next().url, "https://sso.example/.well-known/openid-configuration");
  EXPECT_TRUE(http_.next().urgent);
}

TEST_F(IssuerFetchTest, HurriesTheRequestThatRunsAndTheNext) {
  fetch_->Hurry();
  EXPECT_EQ(http_.hurried(), "");  // nothing runs
  Start(false);
  fetch_->Hurry();
  EXPECT_EQ(http_.hurried(), "https://sso.example/.well-known/openid-configuration");
  http_.Respond(200, kMetadata);
  EXPECT_TRUE(http_.next().urgent);
  http_.Respond(200, Keys());
  Start(false);
  http_.Respond(200, kMetadata);
  EXPECT_FALSE(http_.next().urgent);
}

TEST_F(IssuerFetchTest, TheRequestForTheKeysContinuesThatForTheMetadata) {
  Start(false);
  EXPECT_FALSE(http_.next().continues);
  http_.Respond(200, kMetadata);
  EXPECT_TRUE(http_.next().continues);
}

TEST_F(IssuerFetchTest, AsksOnlyForNewerKeys) {
  http::HttpResponse fields;
  fields.etag = "\"1\"";
  fields.last_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
  FetchKeys(fields);
  Start(true);
  EXPECT_EQ(http_.next().etag, "\"1\"");
  EXPECT_EQ(http_.next().last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
  http_.Respond(304, "");
  EXPECT_EQ(outcome_->end, FetchEnd::kNotModified);
}

TEST_F(IssuerFetchTest, RefusesNotModifiedIfItSentNoCondition) {
  Start();
  http_.Respond(200, kMetadata);
  EXPECT_EQ(http_.next().etag, "");
  http_.Respond(304, "");
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(outcome_->error, "https://keys.example/jwks: HTTP 304, which was not asked for");
}

TEST_F(IssuerFetchTest, AsksWithoutConditionAtAnotherPlace) {
  http::HttpResponse fields;
  fields.etag = "\"1\"";
  FetchKeys(fields);
  Start();
  http_.Respond(200, R"({"issuer":"https://sso.example","jwks_uri":"https://new.example/jwks"})");
  EXPECT_EQ(http_.next().url, "https://new.example/jwks");
  EXPECT_EQ(http_.next().etag, "");
}

TEST_F(IssuerFetchTest, AsksWithoutConditionAfterBadKeysAndWhenTold) {
  http::HttpResponse fields;
  fields.etag = "\"1\"";
  FetchKeys(fields);
  fetch_->ForgetValidators();
  Start(true);
  EXPECT_EQ(http_.next().etag, "");
}

TEST_F(IssuerFetchTest, DoesNotTakeTheTagOfBadKeys) {
  FetchKeys({});
  Start(true);
  http::HttpResponse bad;
  bad.status = 200;
  bad.etag = "\"bad\"";
  bad.body = R"({"keys":[]})";
  http_.Respond(bad);
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  Start(true);
  EXPECT_EQ(http_.next().etag, "");
}

struct BadCase {
  const char* name;
  int status;
  std::string_view body;
};

constexpr BadCase kBad[] = {
    {"NotFound", 404, R"({"keys":[]})"},
    {"ServerError", 503, R"({"keys":[]})"},
    {"NoContent", 204, ""},
    {"Redirect", 301, ""},
    {"Html", 200, "<html></html>"},
    {"Truncated", 200, R"({"keys":[)"},
    {"NoKeys", 200, R"({"keys":[]})"},
};

class BadResponseTest : public IssuerFetchTest, public testing::WithParamInterface<BadCase> {};

TEST_P(BadResponseTest, ABadAnswerInPlaceOfMetadataFailsTheFetch) {
  Start();
  http_.Respond(GetParam().status, GetParam().body);
  ASSERT_TRUE(outcome_.has_value());
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(outcome_->error.find("https://sso.example/.well-known/openid-configuration: "), 0U);
  EXPECT_EQ(http_.pending(), 0U);
}

TEST_P(BadResponseTest, ABadAnswerInPlaceOfKeysFailsTheFetch) {
  Start();
  http_.Respond(200, kMetadata);
  http_.Respond(GetParam().status, GetParam().body);
  ASSERT_TRUE(outcome_.has_value());
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(outcome_->error.find("https://keys.example/jwks: "), 0U);
}

// Even good keys are refused if the status does not fit.
TEST_P(BadResponseTest, GoodKeysWithAStatusOtherThan200FailTheFetch) {
  Start();
  http_.Respond(200, kMetadata);
  http_.Respond(GetParam().status, Keys());
  EXPECT_EQ(outcome_->end, GetParam().status == 200 ? FetchEnd::kKeys : FetchEnd::kFailed);
}

INSTANTIATE_TEST_SUITE_P(IssuerFetch, BadResponseTest, testing::ValuesIn(kBad), test::kCaseName);

TEST_F(IssuerFetchTest, SaysWhyAnExchangeFailed) {
  Start();
  http_.Fail("connection refused");
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(outcome_->error, "connection refused");
}

TEST_F(IssuerFetchTest, RefusesALyingIssuer) {
  Start();
  http_.Respond(200, R"({"issuer":"https://evil.example","jwks_uri":"https://keys.example/jwks"})");
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(http_.pending(), 0U);
}

TEST_F(IssuerFetchTest, FailsLaterForAnIssuerThatHasNoMetadata) {
  KeySource source = Source();
  source.url = "https://sso.example/?tenant=1";
  UseSource(source);
  Start();
  EXPECT_FALSE(outcome_.has_value());
  EXPECT_EQ(http_.next().url, "");
  http_.Fail("no url");
  EXPECT_NE(outcome_->error.find("give metadata_url"), std::string::npos);
}

TEST_F(IssuerFetchTest, ReadsFreshnessAndSkewOfTheKeys) {
  http::HttpResponse fields;
  fields.cache_control = "max-age=600";
  fields.age = "10";
  fields.date = "Sun, 06 Nov 1994 08:49:30 GMT";  // 7 s ago, and 10 s old
  FetchKeys(fields);
  EXPECT_EQ(outcome_->fresh_for, Seconds{590});
  EXPECT_EQ(outcome_->skew, Seconds{3});
}

TEST_F(IssuerFetchTest, TellsTheSkewOfAServerThatFails) {
  Start();
  http_.Respond(200, kMetadata);
  http::HttpResponse response;
  response.status = 503;
  response.date = "Sun, 06 Nov 1994 08:50:37 GMT";
  http_.Respond(response);
  EXPECT_EQ(outcome_->end, FetchEnd::kFailed);
  EXPECT_EQ(outcome_->skew, Seconds{60});
}

TEST_F(IssuerFetchTest, CallsNobodyBackOnceItIsGone) {
  Start();
  fetch_ = nullptr;
  http_.Respond(200, kMetadata);
  EXPECT_FALSE(outcome_.has_value());
  EXPECT_EQ(http_.pending(), 0U);
}

}  // namespace
}  // namespace pamjwt::fetcher
