#include "core/oauth/redirect_uri.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

TEST(ParseRedirectUri, ReadsPlacesOnThisHost) {
  const std::string longest = "/" + std::string(239, 'a');
  for (const std::string_view path :
       {std::string_view(""), std::string_view("/"), std::string_view("/cb/a-Z_0.~/"),
        std::string_view("/.well"), std::string_view("/..."), std::string_view(longest)}) {
    for (const std::string_view host : {"127.0.0.1", "localhost"}) {
      const Result<RedirectUri> uri =
          ParseRedirectUri("http://" + std::string(host) + std::string(path));
      ASSERT_TRUE(Accepted(uri)) << path;
      EXPECT_EQ(uri.value(), (RedirectUri{std::string(host), std::string(path)}));
    }
  }
}

struct BadUri {
  std::string_view name;
  std::string_view text;
  std::string_view why;
};

class BadRedirectUriTest : public testing::TestWithParam<BadUri> {};

TEST_P(BadRedirectUriTest, IsRefusedForItsReason) {
  const Result<RedirectUri> uri = ParseRedirectUri(GetParam().text);
  ASSERT_TRUE(RefusedFor(Reason::kConfigInvalid, uri));
  EXPECT_NE(uri.error().detail.find(GetParam().why), std::string::npos) << uri.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BadRedirectUriTest,
    testing::Values(BadUri{"Empty", "", "begin with http://"},
                    BadUri{"Https", "https://127.0.0.1/cb", "begin with http://"},
                    BadUri{"UpperCase", "HTTP://127.0.0.1/cb", "begin with http://"},
                    BadUri{"OtherHost", "http://127.0.0.2/cb", "another host"},
                    BadUri{"LongerHost", "http://localhost.example/cb", "another host"},
                    BadUri{"Ipv6", "http://[::1]/cb", "another host"},
                    BadUri{"User", "http://127.0.0.1@evil.example/cb", "another host"},
                    BadUri{"Password", "http://127.0.0.1:x@evil.example/cb", "redirect_ports"},
                    BadUri{"Port", "http://127.0.0.1:8400/cb", "redirect_ports"},
                    BadUri{"EmptyPort", "http://localhost:/cb", "redirect_ports"},
                    BadUri{"QueryBehindTheHost", "http://localhost?a=b", "another host"},
                    BadUri{"Query", "http://localhost/cb?a=b", "its path"},
                    BadUri{"Fragment", "http://localhost/cb#a", "its path"},
                    BadUri{"Blank", "http://localhost/c b", "its path"},
                    BadUri{"LineEnd", "http://localhost/cb\r\n", "its path"},
                    BadUri{"Percent", "http://localhost/%63b", "its path"},
                    BadUri{"Backslash", "http://localhost/a\\b", "its path"},
                    BadUri{"Dot", "http://localhost/./cb", "its path"},
                    BadUri{"TwoDots", "http://localhost/a/../cb", "its path"},
                    BadUri{"TwoDotsAtTheEnd", "http://localhost/a/..", "its path"}),
    test::kCaseName);

TEST(ParseRedirectUri, RefusesMoreThan256Bytes) {
  const std::string most = "http://localhost/" + std::string(239, 'a');
  EXPECT_TRUE(Accepted(ParseRedirectUri(most)));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseRedirectUri(most + "a")));
}

TEST(RedirectUriTest, GetsThePortOfTheServer) {
  // RFC 8252 §7.3: the client chooses the port when it asks.
  const RedirectUri uri{"127.0.0.1", "/cb"};
  EXPECT_EQ(uri.WithPort(8400), "http://127.0.0.1:8400/cb");
  EXPECT_EQ(uri.Host(8400), "127.0.0.1:8400");
}

TEST(RedirectUriTest, HasAHostWithoutThePortOfHttp) {
  // RFC 9110 §7.2: Host is host and port of the target, and 80 is left out as the default.
  const RedirectUri uri{"localhost", ""};
  EXPECT_EQ(uri.WithPort(80), "http://localhost:80");
  EXPECT_EQ(uri.Host(80), "localhost");
}

TEST(DefaultRedirectUri, HasAPathForEachIssuer) {
  // RFC 9700 §4.4.2: against mix-up, each issuer has a redirect_uri of its own.
  const Result<std::string> uri = DefaultRedirectUri("https://sso.example");
  ASSERT_TRUE(Accepted(uri));
  EXPECT_EQ(uri.value(), "http://127.0.0.1/cb/dwQsWUobGpULEXbb");
  EXPECT_TRUE(Accepted(ParseRedirectUri(uri.value())));
  EXPECT_NE(uri.value(), DefaultRedirectUri("https://sso.example/").value());
}

TEST(DotSegments, AreThoseThatABrowserResolves) {
  // RFC 3986 §5.2.4
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseRedirectUri("http://localhost//..//cb")));
  EXPECT_TRUE(Accepted(ParseRedirectUri("http://localhost//a..//cb")));
}

}  // namespace
}  // namespace pamjwt::oauth
