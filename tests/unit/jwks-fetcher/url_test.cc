#include "jwks-fetcher/url.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::fetcher {
namespace {

struct GoodCase {
  const char* name;
  std::string_view url;
  std::string_view scheme;
  std::string_view host;
  std::uint16_t port;
};

constexpr GoodCase kGood[] = {
    {"Https", "https://sso.example.com/a?b#c", "https", "sso.example.com", 443},
    {"HostAlone", "https://sso.example.com", "https", "sso.example.com", 443},
    {"Port", "https://sso.example.com:8443/", "https", "sso.example.com", 8443},
    {"HighestPort", "https://sso.example.com:65535/", "https", "sso.example.com", 65535},
    {"Http", "http://localhost/", "http", "localhost", 80},
    {"Capitals", "HTTPS://SSO.Example.com/A", "https", "sso.example.com", 443},
    {"Address", "https://192.0.2.1/", "https", "192.0.2.1", 443},
    {"LongAddress", "https://[2001:DB8::1]:8443/", "https", "[2001:db8::1]", 8443},
    {"QueryBehindHost", "https://sso.example.com?x", "https", "sso.example.com", 443},
};

class GoodOriginTest : public testing::TestWithParam<GoodCase> {};

TEST_P(GoodOriginTest, HasItsParts) {
  const Result<UrlOrigin> origin = ParseOrigin(GetParam().url);
  ASSERT_TRUE(test::Accepted(origin));
  EXPECT_EQ(origin.value().scheme, GetParam().scheme);
  EXPECT_EQ(origin.value().host, GetParam().host);
  EXPECT_EQ(origin.value().port, GetParam().port);
}

INSTANTIATE_TEST_SUITE_P(Url, GoodOriginTest, testing::ValuesIn(kGood), test::kCaseName);

struct BadCase {
  const char* name;
  std::string_view url;
};

constexpr BadCase kBad[] = {
    {"Empty", ""},
    {"NoScheme", "sso.example.com"},
    {"File", "file:///etc/passwd"},
    {"Ftp", "ftp://sso.example.com/"},
    {"SchemeGlued", "xhttps://sso.example.com/"},
    {"OneSlash", "https:/sso.example.com/"},
    {"NoHost", "https:///path"},
    {"PortAlone", "https://:443/"},
    {"User", "https://user@sso.example.com/"},
    {"UserAndPassword", "https://sso.example.com:443@evil.example/"},
    {"Blank", "https://sso.example.com/a b"},
    {"LineFeed", "https://sso.example.com/a\nb"},
    {"Delete", "https://sso.example.com/\x7f"},
    {"Backslash", "https://sso.example.com\\@evil.example/"},
    {"BeyondAscii", "https://sso.ex\xc3\xa4mple.com/"},
    {"PercentInHost", "https://sso%2eexample.com/"},
    {"Underscore", "https://sso_example.com/"},
    {"PortZero", "https://sso.example.com:0/"},
    {"PortTooHigh", "https://sso.example.com:65536/"},
    {"PortNoNumber", "https://sso.example.com:https/"},
    {"PortEmpty", "https://sso.example.com:/"},
    {"PortSigned", "https://sso.example.com:+443/"},
    {"AddressUnclosed", "https://[::1/"},
    {"AddressEmpty", "https://[]/"},
    {"AddressWithZone", "https://[fe80::1%25eth0]/"},
    {"BehindAddress", "https://[::1]x/"},
};

class BadOriginTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadOriginTest, IsRefused) {
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, ParseOrigin(GetParam().url)));
}

INSTANTIATE_TEST_SUITE_P(Url, BadOriginTest, testing::ValuesIn(kBad), test::kCaseName);

TEST(ParseOrigin, BoundsTheLength) {
  std::string url = "https://sso.example.com/";
  url.resize(kMaxUrlBytes, 'a');
  EXPECT_TRUE(test::Accepted(ParseOrigin(url)));
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, ParseOrigin(url + "a")));
}

TEST(UrlOrigin, IsOneWhereSchemeHostAndPortAre) {
  const auto same = [](std::string_view a, std::string_view b) {
    return ParseOrigin(a).value() == ParseOrigin(b).value();
  };
  EXPECT_TRUE(same("https://a.example/x", "https://A.example:443/y"));
  EXPECT_FALSE(same("https://a.example/", "https://b.example/"));
  EXPECT_FALSE(same("https://a.example/", "https://a.example:444/"));
  EXPECT_FALSE(same("https://a.example:80/", "http://a.example/"));
}

TEST(IsLoopback, KnowsThisHost) {
  const auto is_loopback = [](std::string_view url) {
    return IsLoopback(ParseOrigin(url).value());
  };
  EXPECT_TRUE(is_loopback("https://localhost/"));
  EXPECT_TRUE(is_loopback("https://127.0.0.1:8443/"));
  EXPECT_TRUE(is_loopback("https://127.255.0.3/"));
  EXPECT_TRUE(is_loopback("https://[::1]:1/"));
  EXPECT_FALSE(is_loopback("https://128.0.0.1/"));
  EXPECT_FALSE(is_loopback("https://127.0.0.1.example.com/"));
  EXPECT_FALSE(is_loopback("https://127.1/"));
  EXPECT_FALSE(is_loopback("https://localhost.example.com/"));
  EXPECT_FALSE(is_loopback("https://[::2]/"));
}

}  // namespace
}  // namespace pamjwt::fetcher
