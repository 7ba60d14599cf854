#include "core/oauth/metadata.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::string_view kIssuer = "https://sso.example";

/// Returns a document of kIssuer with a token_endpoint, and `members` behind them.
std::string Document(std::string_view members) {
  return R"({"issuer":"https://sso.example","token_endpoint":"https://sso.example/token")" +
         (members.empty() ? "" : "," + std::string(members)) + "}";
}

Result<Metadata> Parse(std::string_view members) {
  return ParseMetadata(Document(members), kIssuer);
}

TEST(ParseProviderMetadata, ReadsTheExampleOfRfc8414) {
  // RFC 8414 §3.2, with less about keys and languages.
  const Result<Metadata> read = ParseMetadata(R"({
    "issuer": "https://server.example.com",
    "authorization_endpoint": "https://server.example.com/authorize",
    "token_endpoint": "https://server.example.com/token",
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
    "userinfo_endpoint": "https://server.example.com/userinfo",
    "jwks_uri": "https://server.example.com/jwks.json",
    "registration_endpoint": "https://server.example.com/register",
    "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access"],
    "response_types_supported": ["code", "code token"],
    "service_documentation": "http://server.example.com/service_documentation.html"})",
                                              "https://server.example.com");
  ASSERT_TRUE(Accepted(read));
  const Metadata& metadata = read.value();
  EXPECT_EQ(metadata.issuer, "https://server.example.com");
  EXPECT_EQ(metadata.authorization_endpoint, "https://server.example.com/authorize");
  EXPECT_EQ(metadata.token_endpoint, "https://server.example.com/token");
  EXPECT_EQ(metadata.jwks_uri, "https://server.example.com/jwks.json");
  EXPECT_TRUE(Offers(metadata.client_auth_methods, "private_key_jwt"));
  EXPECT_FALSE(metadata.sends_iss);
}

TEST(ParseProviderMetadata, TakesTheDefaultsOfRfc8414) {
  const Result<Metadata> metadata = Parse("");  // RFC 8414 §2
  ASSERT_TRUE(Accepted(metadata));
  EXPECT_TRUE(Offers(metadata.value().grant_types, "authorization_code"));
  EXPECT_FALSE(Offers(metadata.value().grant_types, "refresh_token"));
  EXPECT_TRUE(Offers(metadata.value().client_auth_methods, "client_secret_basic"));
  EXPECT_TRUE(metadata.value().code_challenge_methods.empty());
  EXPECT_TRUE(metadata.value().dpop_algorithms.empty());
  EXPECT_EQ(metadata.value().device_authorization_endpoint, "");
}

TEST(ParseProviderMetadata, ReadsWhatTheLaterRfcsAdd) {
  const Result<Metadata> metadata =
      Parse(R"("device_authorization_endpoint":"https://sso.example/device",)"  // RFC 8628 §4
            R"("revocation_endpoint":"https://sso.example/revoke",)"            // RFC 7009
            R"("dpop_signing_alg_values_supported":["ES256"],)"                 // RFC 9449 §5.1
            R"("authorization_response_iss_parameter_supported":true,)"         // RFC 9207 §3
            R"("code_challenge_methods_supported":["S256"],"jwks_uri":null)");
  ASSERT_TRUE(Accepted(metadata));
  EXPECT_EQ(metadata.value().device_authorization_endpoint, "https://sso.example/device");
  EXPECT_EQ(metadata.value().revocation_endpoint, "https://sso.example/revoke");
  EXPECT_TRUE(Offers(metadata.value().dpop_algorithms, "ES256"));
  EXPECT_TRUE(Offers(metadata.value().code_challenge_methods, "S256"));
  EXPECT_TRUE(metadata.value().sends_iss);
  EXPECT_EQ(metadata.value().jwks_uri, "");
}

TEST(ParseProviderMetadata, RefusesTheMetadataOfAnotherIssuer) {
  // RFC 8414 §3.3: the issuer must be identical.
  for (const std::string_view issuer :
       {"https://sso.example/", "https://SSO.example", "https://other.example"}) {
    const Result<Metadata> metadata = ParseMetadata(Document(""), issuer);
    ASSERT_TRUE(RefusedFor(Reason::kMalformed, metadata)) << issuer;
    EXPECT_NE(metadata.error().detail.find("\"https://sso.example\""), std::string::npos);
  }
  EXPECT_TRUE(Accepted(ParseMetadata(Document(""), kIssuer)));
}

struct BadCase {
  const char* name;
  std::string_view members;
  std::string_view detail;
};

const BadCase kBad[] = {
    {"PlainHttp", R"("jwks_uri":"http://sso.example/keys")",
     R"(the provider's jwks_uri "http://sso.example/keys" does not begin with https://)"},
    {"ThisHost", R"("jwks_uri":"https://127.0.0.1/keys")",
     R"(the provider's jwks_uri "https://127.0.0.1/keys" is on this host, but the issuer is not)"},
    {"Fragment", R"("authorization_endpoint":"https://sso.example/a#b")",
     R"(the provider's authorization_endpoint "https://sso.example/a#b" has a fragment)"},
    {"User", R"("authorization_endpoint":"https://me@sso.example/")",
     R"(the provider's authorization_endpoint "https://me@sso.example/" has a user)"},
    {"OtherScheme", R"("authorization_endpoint":"file:///etc/passwd")",
     R"(the provider's authorization_endpoint "file:///etc/passwd" has no plain host)"},
    {"Escape", R"("authorization_endpoint":"https://a/\u001b[2J\"")",
     R"(the provider's authorization_endpoint "https://a/?[2J?" has a control character in it)"},
    {"NotText", R"("jwks_uri":1)", "the provider's jwks_uri is not a string"},
    {"NotAList", R"("grant_types_supported":"refresh_token")",
     "the provider's grant_types_supported is not a list of at most 256 strings"},
    {"ListOfNumbers", R"("grant_types_supported":[1])",
     "the provider's grant_types_supported has an element that is not a string"},
    {"NotAFlag", R"("authorization_response_iss_parameter_supported":"true")",
     "the provider's authorization_response_iss_parameter_supported is neither true nor false"},
};

class BadProviderMetadataTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadProviderMetadataTest, IsRefusedWithTheNameOfTheMember) {
  const Result<Metadata> metadata = Parse(GetParam().members);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, metadata));
  EXPECT_EQ(metadata.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(All, BadProviderMetadataTest, testing::ValuesIn(kBad), test::kCaseName);

TEST(ParseProviderMetadata, TakesHttpOnlyFromAnIssuerOnThisHost) {
  constexpr std::string_view kText =
      R"({"issuer":"http://127.0.0.1:8080","token_endpoint":"http://127.0.0.1:8080/token"})";
  EXPECT_TRUE(Accepted(ParseMetadata(kText, "http://127.0.0.1:8080")));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseMetadata(kText, "http://sso.example")));
}

TEST(ParseProviderMetadata, NeedsIssuerAndTokenEndpoint) {
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseMetadata("{}", kIssuer)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed,
                         ParseMetadata(R"({"issuer":"https://sso.example"})", kIssuer)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseMetadata("<html>", kIssuer)));
}

TEST(ParseProviderMetadata, HasBounds) {
  const std::string most = Document(R"("x":")" + std::string(kMaxMetadataBytes / 2, 'x') + '"');
  EXPECT_TRUE(Accepted(ParseMetadata(most, kIssuer)));
  const std::string more = Document(R"("x":")" + std::string(kMaxMetadataBytes, 'x') + '"');
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseMetadata(more, kIssuer)));
  std::string list = R"("grant_types_supported":["a")";
  for (int i = 1; i < 256; ++i) list += R"(,"a")";
  EXPECT_TRUE(Accepted(Parse(list + "]")));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Parse(list + R"(,"a"])")));
}

TEST(ProviderMetadataUrl, StandsBehindOrBeforeThePathOfTheIssuer) {
  // RFC 8414 §3.1 has this issuer; OpenID Connect Discovery §4.1 puts the name behind the path.
  EXPECT_EQ(OauthMetadataUrl("https://example.com/issuer1").value(),
            "https://example.com/.well-known/oauth-authorization-server/issuer1");
  EXPECT_EQ(OauthMetadataUrl("https://example.com/").value(),
            "https://example.com/.well-known/oauth-authorization-server");
  EXPECT_EQ(OpenIdMetadataUrl("https://example.com/issuer1").value(),
            "https://example.com/issuer1/.well-known/openid-configuration");
  EXPECT_EQ(OpenIdMetadataUrl("https://example.com/issuer1/").value(),
            "https://example.com/issuer1/.well-known/openid-configuration");
}

TEST(ProviderMetadataUrl, RefusesWhatIsNoIssuer) {
  for (const std::string_view issuer :
       {"sso.example", "http://sso.example", "https://sso.example/?a", "https://sso.example/#a"}) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, OpenIdMetadataUrl(issuer))) << issuer;
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, OauthMetadataUrl(issuer))) << issuer;
  }
}

}  // namespace
}  // namespace pamjwt::oauth
