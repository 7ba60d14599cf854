#include "core/base/url.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

constexpr Reason kReason = Reason::kKeysMissing;

Result<Url> Parse(std::string_view text) {
  return ParseUrl(text, kReason);
}

// RFC 3986 §3, and for the user RFC 3986 §3.2.1.
struct GoodCase {
  const char* name;
  std::string_view text;
  Url url;
  std::string_view again = {};  ///< the text that FormatUrl gives; empty: `text` itself
};

const GoodCase kGood[] = {
    {"Whole",
     "https://sso.example.com:8443/a?b#c",
     {"https", "", "sso.example.com", 8443, "/a?b#c"}},
    {"HostAlone", "https://sso.example.com", {"https", "", "sso.example.com", 0, ""}},
    {"HighestPort", "https://a:65535/", {"https", "", "a", 65535, "/"}},
    {"AnyScheme", "socks5h+x.y://a", {"socks5h+x.y", "", "a", 0, ""}},
    {"Capitals",
     "HTTPS://SSO.Example.com/A",
     {"https", "", "sso.example.com", 0, "/A"},
     "https://sso.example.com/A"},
    // RFC 3986 §3.2.2: a registered name may have `unreserved` in it.
    {"Underscore", "https://my_idp.internal/", {"https", "", "my_idp.internal", 0, "/"}},
    {"Address", "https://192.0.2.1/", {"https", "", "192.0.2.1", 0, "/"}},
    {"LongAddress",
     "https://[2001:DB8::1]:8443/",
     {"https", "", "[2001:db8::1]", 8443, "/"},
     "https://[2001:db8::1]:8443/"},
    {"QueryBehindHost", "https://a?x@y", {"https", "", "a", 0, "?x@y"}},
    {"FragmentBehindHost", "https://a#x", {"https", "", "a", 0, "#x"}},
    {"AtInThePath", "http://127.0.0.1:80/realm@x", {"http", "", "127.0.0.1", 80, "/realm@x"}},
    {"User", "http://svc@proxy:3128", {"http", "svc", "proxy", 3128, ""}},
    {"UserWithSigns", "http://a-b_c.d~!$&'()*+,;=@p", {"http", "a-b_c.d~!$&'()*+,;=", "p", 0, ""}},
    {"EncodedUser", "http://CORP%5Cs%40c@p", {"http", "CORP\\s@c", "p", 0, ""}},
    {"UserEncodedWithoutNeed", "http://%73vc@p", {"http", "svc", "p", 0, ""}, "http://svc@p"},
    {"UserBeyondAscii", "http://%C3%A4@p", {"http", "\xc3\xa4", "p", 0, ""}},
};

class UrlPartsTest : public testing::TestWithParam<GoodCase> {};

TEST_P(UrlPartsTest, TakesTheUrlApartAndFormsItAgain) {
  const Result<Url> url = Parse(GetParam().text);
  ASSERT_TRUE(test::Accepted(url));
  EXPECT_EQ(url.value(), GetParam().url);
  EXPECT_EQ(FormatUrl(url.value()), GetParam().again.empty() ? GetParam().text : GetParam().again);
}

INSTANTIATE_TEST_SUITE_P(Url, UrlPartsTest, testing::ValuesIn(kGood), test::kCaseName);

struct BadCase {
  const char* name;
  std::string_view text;
  std::string_view detail;
};

constexpr BadCase kBad[] = {
    {"Empty", "", "scheme"},
    {"NoScheme", "sso.example.com", "scheme"},
    {"EmptyScheme", "://a", "scheme"},
    {"SchemeThatBeginsWithADigit", "5socks://a", "scheme"},
    {"OneSlash", "https:/sso.example.com/", "scheme"},
    {"NoHost", "https:///path", "host"},
    {"PortAlone", "https://:443/", "host"},
    {"PasswordWithoutEncoding", "http://svc:Sum#mer@proxy", "password"},
    {"PasswordWithASlash", "http://svc:Sum/mer@proxy", "password"},
    {"PasswordWithAnAt", "http://svc:Sum@mer@proxy", "password"},
    {"Password", "http://svc:Summer@proxy", "password"},
    {"PasswordAlone", "http://:Summer@proxy", "password"},
    {"EmptyPassword", "http://svc:@proxy", "password"},
    {"PortThatIsAPassword", "https://sso.example.com:443@evil.example/", "password"},
    {"EmptyUser", "http://@proxy", "percent-encoded"},
    {"UserWithAnAt", "http://a@b@proxy", "percent-encoded"},
    {"UserWithAQuote", "http://a\"@proxy", "percent-encoded"},
    {"UserWithHalfAnEscape", "http://a%4@proxy", "percent-encoded"},
    {"UserWithABadEscape", "http://a%4g@proxy", "percent-encoded"},
    // RFC 7617 §2: a colon ends the user.
    {"UserWithAnEncodedColon", "http://svc%3aSummer@proxy", "percent-encoded"},
    {"UserWithALineFeed", "http://svc%0a@proxy", "percent-encoded"},
    {"UserWithAZeroByte", "http://svc%00@proxy", "percent-encoded"},
    {"Blank", "https://sso.example.com/a b", "a blank"},
    {"LineFeed", "https://sso.example.com/a\nb", "a control character"},
    {"Delete", "https://sso.example.com/\x7f", "a control character"},
    {"Backslash", "https://sso.example.com\\@evil.example/", "a backslash"},
    {"BeyondAscii", "https://sso.ex\xc3\xa4mple.com/", "bytes beyond ASCII"},
    {"PercentInHost", "https://sso%2eexample.com/", "host"},
    {"TildeInHost", "https://sso~example.com/", "host"},
    {"PortZero", "https://a:0/", "port"},
    {"PortTooHigh", "https://a:65536/", "port"},
    {"PortNoNumberBeforeAPath", "https://a:https/x", "port"},
    {"PortNoNumber", "https://a:https/", "port"},
    {"PortEmpty", "https://a:/", "port"},
    {"PortSigned", "https://a:+443/", "port"},
    {"PortWithAZeroInFront", "https://a:0443/", "port"},
    {"AddressUnclosed", "https://[::1/", "host"},
    {"AddressEmpty", "https://[]/", "host"},
    {"AddressWithZone", "https://[fe80::1%25eth0]/", "host"},
    {"BehindAddress", "https://[::1]x/", "host"},
};

class RefusedUrlTest : public testing::TestWithParam<BadCase> {};

TEST_P(RefusedUrlTest, RefusesTheUrlAndDoesNotQuoteIt) {
  const Result<Url> url = Parse(GetParam().text);
  EXPECT_TRUE(test::RefusedFor(kReason, url));
  EXPECT_NE(test::DetailOf(url).find(GetParam().detail), std::string::npos) << test::DetailOf(url);
  EXPECT_EQ(test::DetailOf(url).find("Sum"), std::string::npos) << test::DetailOf(url);
}

INSTANTIATE_TEST_SUITE_P(Url, RefusedUrlTest, testing::ValuesIn(kBad), test::kCaseName);

TEST(ParseUrl, BoundsTheLength) {
  std::string url = "https://sso.example.com/";
  url.resize(kMaxUrlBytes, 'a');
  EXPECT_TRUE(test::Accepted(Parse(url)));
  EXPECT_TRUE(test::RefusedFor(kReason, Parse(url + "a")));
}

TEST(ParseHttpUrl, TakesHttpAndHttpsWithoutAUser) {
  for (const char* const good : {"https://a/b?c#d", "http://[::1]:8080", "HTTPS://a"}) {
    EXPECT_TRUE(test::Accepted(ParseHttpUrl(good, kReason))) << good;
  }
  for (const char* const bad :
       {"file://a/etc/passwd", "ftp://a/", "xhttps://a/", "https://user@a/", "https://a:/"}) {
    EXPECT_TRUE(test::RefusedFor(kReason, ParseHttpUrl(bad, kReason))) << bad;
  }
}

TEST(ParseProxyUrl, TakesWhatLibcurlKnows) {
  for (const char* const good :
       {"http://p", "https://p:1", "socks4://p", "socks4a://p", "socks5://p",
        "socks5h://[::1]:1080/", "http://svc@p:3128/", "HTTP://p"}) {
    EXPECT_TRUE(test::Accepted(ParseProxyUrl(good, kReason))) << good;
  }
  for (const char* const bad : {"htp://p", "p:3128", "socks://p", "http://p/path", "http://p?x",
                                "http://p:80#mer@q", "http://svc:pw@p"}) {
    EXPECT_TRUE(test::RefusedFor(kReason, ParseProxyUrl(bad, kReason))) << bad;
  }
}

// RFC 6454 §5
TEST(IsSameOrigin, IsWhereSchemeHostAndPortAreTheSame) {
  const auto same = [](std::string_view a, std::string_view b) {
    return IsSameOrigin(Parse(a).value(), Parse(b).value());
  };
  EXPECT_TRUE(same("https://a.example/x", "https://A.example:443/y"));
  EXPECT_TRUE(same("http://a.example", "http://a.example:80"));
  EXPECT_FALSE(same("https://a.example/", "https://b.example/"));
  EXPECT_FALSE(same("https://a_b.example/", "https://a-b.example/"));
  EXPECT_FALSE(same("https://a.example/", "https://a.example:444/"));
  EXPECT_FALSE(same("https://a.example:80/", "http://a.example/"));
}

TEST(IsLoopback, KnowsThisHostByNamesThatNobodyElseCanHave) {
  for (const char* const host :
       {"localhost", "LOCALHOST", "127.0.0.1", "127.255.255.255", "127.0.0.1:8443", "[::1]:1"}) {
    EXPECT_TRUE(IsLoopback(Parse("https://" + std::string(host)).value())) << host;
  }
  for (const char* const host :
       {"localhost.example.com", "localhost.", "127.0.0.1.example.com", "127.evil.example", "127.1",
        "127.0.0.1.", "127.0.0.256", "127.0.0.01", "127.0..1", "127.0.0.1.1", "128.0.0.1",
        "1.127.0.0", "[::2]"}) {
    EXPECT_FALSE(IsLoopback(Parse("https://" + std::string(host)).value())) << host;
  }
}

}  // namespace
}  // namespace pamjwt
