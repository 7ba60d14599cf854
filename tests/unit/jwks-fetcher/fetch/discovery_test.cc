#include "jwks-fetcher/fetch/discovery.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "support/expect.h"

namespace pamjwt::fetcher {
namespace {

KeySource SourceOf(std::string_view url) {
  KeySource source;
  source.url = url;
  return source;
}

std::string Document(std::string_view issuer, std::string_view jwks_uri) {
  return "{\"issuer\":" + QuoteJson(issuer) + ",\"jwks_uri\":" + QuoteJson(jwks_uri) + "}";
}

constexpr std::string_view kIssuer = "https://sso.example.com/realms/staff";
constexpr std::string_view kJwksUri = "https://keys.example.com/jwks";

TEST(MetadataUrl, IsBelowTheIssuerWithoutItsLastSlash) {
  const auto url_for = [](std::string_view url) { return MetadataUrl(SourceOf(url)).value(); };
  EXPECT_EQ(url_for("https://a.example"), "https://a.example/.well-known/openid-configuration");
  EXPECT_EQ(url_for("https://a.example/"), "https://a.example/.well-known/openid-configuration");
  EXPECT_EQ(url_for("https://a.example//"), "https://a.example//.well-known/openid-configuration");
  EXPECT_EQ(url_for("https://a.example/b"), "https://a.example/b/.well-known/openid-configuration");
}

TEST(MetadataUrl, IsTheConfiguredOneIfThereIsOne) {
  KeySource source = SourceOf("https://a.example?b");
  source.metadata_url = "https://a.example/.well-known/oauth-authorization-server?b";
  EXPECT_EQ(MetadataUrl(source).value(), source.metadata_url);
}

TEST(MetadataUrl, RefusesAnIssuerWithAQueryOrFragment) {
  EXPECT_TRUE(test::Accepted(MetadataUrl(SourceOf("https://a.example/b"))));
  EXPECT_TRUE(
      test::RefusedFor(Reason::kKeysMissing, MetadataUrl(SourceOf("https://a.example/?b"))));
  EXPECT_TRUE(
      test::RefusedFor(Reason::kKeysMissing, MetadataUrl(SourceOf("https://a.example/#b"))));
}

TEST(MayGetBearerToken, IsForTheOriginsOfTheConfigurationOverHttps) {
  KeySource source = SourceOf("https://a.example/realm");
  EXPECT_TRUE(MayGetBearerToken(source, "https://a.example:443/keys"));
  for (const char* const other :
       {"https://b.example/", "http://a.example/", "https://a.example:444/", "https://a.example.b/",
        "https://a.example@b.example/", "not a url"}) {
    EXPECT_FALSE(MayGetBearerToken(source, other)) << other;
  }
  source.metadata_url = "https://b.example/metadata";
  EXPECT_TRUE(MayGetBearerToken(source, "https://b.example/keys"));
  EXPECT_TRUE(MayGetBearerToken(source, "https://a.example/keys"));
  source = SourceOf("urn:cluster");
  source.jwks_uri = "https://c.example/keys";
  EXPECT_TRUE(MayGetBearerToken(source, source.jwks_uri));
  source.jwks_uri = "http://c.example/keys";
  EXPECT_FALSE(MayGetBearerToken(source, source.jwks_uri));
}

/// Parses a document that came from a public address.
Result<KeyPlace> ParseMetadata(std::string_view document, const KeySource& source) {
  return ParseMetadata(document, source, http::AddressClass::kPublic);
}

TEST(ParseMetadata, GivesThePlaceOfTheKeys) {
  const Result<KeyPlace> place = ParseMetadata(Document(kIssuer, kJwksUri), SourceOf(kIssuer));
  ASSERT_TRUE(test::Accepted(place));
  EXPECT_EQ(place.value().jwks_uri, kJwksUri);
  EXPECT_EQ(place.value().nearest, http::AddressClass::kPublic);
}

// RFC 8414 §3.3: identical, so that no other issuer's document is taken for this one's.
TEST(ParseMetadata, WantsTheConfiguredIssuerByteForByte) {
  EXPECT_TRUE(test::Accepted(ParseMetadata(Document(kIssuer, kJwksUri), SourceOf(kIssuer))));
  for (const std::string_view issuer :
       {"https://sso.example.com/realms/staff/", "https://sso.example.com/realms/Staff",
        "https://SSO.example.com/realms/staff", "https://sso.example.com:443/realms/staff",
        "https://evil.example/realms/staff", ""}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing,
                                 ParseMetadata(Document(issuer, kJwksUri), SourceOf(kIssuer))))
        << issuer;
  }
}

TEST(ParseMetadata, QuotesTheDocumentInErrors) {
  const Result<KeyPlace> place =
      ParseMetadata(Document("https://evil.example\n", kJwksUri), SourceOf(kIssuer));
  EXPECT_EQ(place.error().detail,
            "metadata: its issuer is \"https://evil.example\\n\", the configured url is "
            "\"https://sso.example.com/realms/staff\"");
}

TEST(ParseMetadata, QuotesNoHalfCharacters) {
  std::string issuer(199, 'x');
  issuer += "\u20ac";  // three bytes, of which one would fit
  const Result<KeyPlace> place = ParseMetadata(Document(issuer, kJwksUri), SourceOf(kIssuer));
  const std::string quoted = "\"" + std::string(199, 'x') + "\"...";
  EXPECT_NE(place.error().detail.find(quoted), std::string::npos) << place.error().detail;
}

struct DocumentCase {
  const char* name;
  std::string_view text;
};

constexpr DocumentCase kBad[] = {
    {"Empty", ""},
    {"Html", "<html><body>Sign in</body></html>"},
    {"Array", "[]"},
    {"NoIssuer", R"({"jwks_uri":"https://a.example/jwks"})"},
    {"NoJwksUri", R"({"issuer":"https://a.example"})"},
    {"IssuerNoString", R"({"issuer":["https://a.example"],"jwks_uri":"https://a.example/jwks"})"},
    {"JwksUriNoString", R"({"issuer":"https://a.example","jwks_uri":1})"},
    {"IssuerTwice", R"({"issuer":"https://evil.example","issuer":"https://a.example",)"
                    R"("jwks_uri":"https://a.example/jwks"})"},
    {"Truncated", R"({"issuer":"https://a.example","jwks_uri":"https://a.example/jwks")"},
    {"TextBehind", R"({"issuer":"https://a.example","jwks_uri":"https://a.example/jwks"}x)"},
};

class BadMetadataTest : public testing::TestWithParam<DocumentCase> {};

TEST_P(BadMetadataTest, RefusesTheBadDocument) {
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing,
                               ParseMetadata(GetParam().text, SourceOf("https://a.example"))));
}

INSTANTIATE_TEST_SUITE_P(Discovery, BadMetadataTest, testing::ValuesIn(kBad), test::kCaseName);

TEST(ParseMetadata, TakesTheTwinOfTheBadDocuments) {
  EXPECT_TRUE(test::Accepted(
      ParseMetadata(R"({"issuer":"https://a.example","jwks_uri":"https://a.example/jwks"})",
                    SourceOf("https://a.example"))));
}

TEST(ParseMetadata, BoundsTheDocument) {
  std::string text = Document(kIssuer, kJwksUri);
  text.resize(kMaxMetadataBytes, ' ');
  EXPECT_TRUE(test::Accepted(ParseMetadata(text, SourceOf(kIssuer))));
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, ParseMetadata(text + " ", SourceOf(kIssuer))));
}

struct PlaceCase {
  const char* name;
  std::string_view url;
  std::string_view metadata_url;
  std::string_view jwks_uri;
  std::optional<Reason> refusal;
  http::AddressClass nearest = http::AddressClass::kPublic;
};

constexpr Reason kNo = Reason::kKeysMissing;
constexpr PlaceCase kPlaces[] = {
    {"OtherHost", "https://a.example", "", "https://b.example/k", {}},
    {"OtherHostPlain", "https://a.example", "", "http://b.example/k", kNo},
    {"SameOriginPlain", "https://a.example", "", "http://a.example/k", kNo},
    {"File", "https://a.example", "", "file:///etc/passwd", kNo},
    {"User", "https://a.example", "", "https://a.example@b.example/k", kNo},
    {"Relative", "https://a.example", "", "/k", kNo},
    {"Localhost", "https://a.example", "", "https://localhost/k", kNo},
    {"LoopbackAddress", "https://a.example", "", "https://127.0.0.1/k", kNo},
    {"LoopbackPlain", "https://a.example", "", "http://127.0.0.1/k", kNo},
    {"LongLoopbackAddress", "https://a.example", "", "https://[::1]/k", kNo},
    {"SameOrigin", "https://a.example", "", "https://a.example/k", {}, http::AddressClass::kLocal},
    {"SameHostOtherPort", "https://a.example", "", "https://a.example:8443/k", {}},
    {"OfALoopbackIssuer",
     "https://localhost:1",
     "",
     "https://127.0.0.1:2/k",
     {},
     http::AddressClass::kLocal},
    {"OfALoopbackIssuerPlain",
     "http://127.0.0.1:1",
     "",
     "http://localhost:2/k",
     {},
     http::AddressClass::kLocal},
    {"OfALoopbackIssuerPlainElsewhere", "http://127.0.0.1:1", "", "http://b.example/k", kNo},
    {"SameAsMetadata",
     "https://a.example",
     "http://127.0.0.1:1/m",
     "http://127.0.0.1:1/k",
     {},
     http::AddressClass::kLocal},
    {"OtherThanMetadata", "https://a.example", "http://127.0.0.1:1/m", "http://127.0.0.1:2/k", kNo},
    {"NotWhereMetadataIs", "https://a.example", "https://b.example/m", "https://a.example/k", {}},
};

class KeyPlaceTest : public testing::TestWithParam<PlaceCase> {};

TEST_P(KeyPlaceTest, ThePlaceOfTheKeysIsCheckedAgainstTheConfiguration) {
  KeySource source = SourceOf(GetParam().url);
  source.metadata_url = GetParam().metadata_url;
  const Result<KeyPlace> place =
      ParseMetadata(Document(GetParam().url, GetParam().jwks_uri), source);
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, place));
  if (place.ok()) {
    EXPECT_EQ(place.value().nearest, GetParam().nearest);
  }
}

TEST(ParseMetadata, LetsADocumentFromAPrivateNetworkNameAPlaceInOne) {
  const auto nearest = [](http::AddressClass from) {
    return ParseMetadata(Document("https://a.example", "https://b.example/k"),
                         SourceOf("https://a.example"), from)
        .value()
        .nearest;
  };
  EXPECT_EQ(nearest(http::AddressClass::kPublic), http::AddressClass::kPublic);
  EXPECT_EQ(nearest(http::AddressClass::kPrivate), http::AddressClass::kPrivate);
  EXPECT_EQ(nearest(http::AddressClass::kLocal),
            http::AddressClass::kPrivate);  // an issuer of this host
}

TEST(ParseMetadata, ChecksAnAddressWithoutConnectingToIt) {
  const auto place = [](const std::string& jwks_uri, http::AddressClass from) {
    return ParseMetadata(Document("https://a.example", jwks_uri), SourceOf("https://a.example"),
                         from);
  };
  for (const char* const jwks_uri : {"https://10.0.0.1/k", "https://[fd00::1]/k"}) {
    EXPECT_TRUE(test::RefusedFor(kNo, place(jwks_uri, http::AddressClass::kPublic))) << jwks_uri;
    EXPECT_TRUE(test::Accepted(place(jwks_uri, http::AddressClass::kPrivate))) << jwks_uri;
  }
  for (const char* const jwks_uri :
       {"https://169.254.169.254/k", "https://127.1/k", "https://2130706433:8443/k",
        "https://[::ffff:127.0.0.1]/k", "https://[fe80::1]/k", "https://0/k"}) {
    EXPECT_TRUE(test::RefusedFor(kNo, place(jwks_uri, http::AddressClass::kPrivate))) << jwks_uri;
  }
  EXPECT_TRUE(test::Accepted(place("https://192.0.2.1/k", http::AddressClass::kPublic)));
  EXPECT_TRUE(test::Accepted(place("https://[2606:4700::1]/k", http::AddressClass::kPublic)));
}

INSTANTIATE_TEST_SUITE_P(Discovery, KeyPlaceTest, testing::ValuesIn(kPlaces), test::kCaseName);

}  // namespace
}  // namespace pamjwt::fetcher
