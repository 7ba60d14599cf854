#include "core/config/check_denylist.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::ParseText;
using test::RefusedAt;

/// Returns `text` in the table of a fleet's list that has all it needs. `text` begins in line 4.
std::string InDenylist(const std::string& text) {
  return "[denylist]\n"
         "url = \"https://ops.example/denied.jwt\"\n"
         "keys = \"/etc/pam_jwt/fleet.json\"\n" +
         text + "\n";
}

std::string WithUrl(const std::string& url) {
  return "[denylist]\nkeys = \"/k\"\nurl = \"" + url + "\"\n";
}

std::string WithoutUrl(const std::string& text) {
  return "[denylist]\n" + text + "\n";
}

/// A text that is refused, and an accepted one that differs only in the point at issue.
struct CheckCase {
  const char* name;
  std::string bad;
  std::uint32_t line;
  std::string_view message;
  std::string good;
};

const CheckCase kCases[] = {
    {"NoKeys", "[denylist]\n\nurl = \"https://ops.example/d\"\n", 3,
     "url needs keys, a file with the JWK Set of those who may sign the list",
     "[denylist]\nkeys = \"/k\"\nurl = \"https://ops.example/d\"\n"},
    // Without a url there is no list, and an option of it would have no effect.
    {"KeysWithoutUrl", WithoutUrl("keys = \"/k\""), 2, "keys needs url", InDenylist("")},
    {"RefreshWithoutUrl", WithoutUrl("\nrefresh = \"1m\""), 3, "refresh needs url",
     InDenylist("refresh = \"1m\"")},
    {"StaleWithoutUrl", WithoutUrl("stale = \"deny\""), 2, "stale needs url",
     InDenylist("stale = \"deny\"")},
    {"CaFileWithoutUrl", WithoutUrl("ca_file = \"/c\""), 2, "ca_file needs url",
     InDenylist("ca_file = \"/c\"")},
    {"ProxyWithoutUrl", WithoutUrl("proxy = \"http://p:3128\""), 2, "proxy needs url",
     InDenylist("proxy = \"http://p:3128\"")},
    {"MetricsFileWithoutUrl", WithoutUrl("metrics_file = \"/m\""), 2, "metrics_file needs url",
     InDenylist("metrics_file = \"/m\"")},
    {"AnEmptyTable", "[denylist]\nkey = \"/k\"\n", 2, "key is not known", "[denylist]\n"},
    // The url.
    {"PlainHttp", WithUrl("http://ops.example/d"), 3, "url must be of the form https://",
     WithUrl("https://ops.example/d")},
    {"PlainHttpOnAHostThatBeginsWithLocalhost", WithUrl("http://localhost.evil.example/d"), 3,
     "url must be of the form https://", WithUrl("http://localhost/d")},
    {"AFile", WithUrl("file:///srv/denied.jwt"), 3, "url must be of the form https://",
     WithUrl("http://[::1]/denied.jwt")},
    {"UrlWithAUser", WithUrl("https://svc@ops.example/d"), 3, "it has a user",
     WithUrl("https://ops.example/svc@d")},
    {"UrlWithABlank", WithUrl("https://ops.example/ d"), 3, "it has a blank in it",
     WithUrl("https://ops.example/%20d")},
    {"UrlThatIsTooLong", WithUrl("https://ops.example/" + std::string(2029, 'd')), 3, "url",
     WithUrl("https://ops.example/" + std::string(2028, 'd'))},
    // Its use past its end.
    {"StaleWithAnotherWord", InDenylist("stale = \"ignore\""), 4,
     "stale: must be \"warn\" or \"deny\"", InDenylist("stale = \"warn\"")},
    {"StaleInUpperCase", InDenylist("stale = \"Deny\""), 4, "stale: must be \"warn\" or \"deny\"",
     InDenylist("stale = \"deny\"")},
    // Paths.
    {"RelativeKeys", "[denylist]\nurl = \"https://ops.example/d\"\nkeys = \"fleet.json\"\n", 3,
     "keys must be a path",
     "[denylist]\nurl = \"https://ops.example/d\"\nkeys = \"/fleet.json\"\n"},
    {"RelativeCaFile", InDenylist("ca_file = \"ca.pem\""), 4, "ca_file must be a path",
     InDenylist("ca_file = \"/ca.pem\"")},
    {"RelativeMetricsFile", InDenylist("metrics_file = \"m.prom\""), 4,
     "metrics_file must be a path", InDenylist("metrics_file = \"/m.prom\"")},
    {"RelativeProxyPasswordFile",
     InDenylist("proxy = \"http://svc@p\"\nproxy_password_file = \"p\""), 5,
     "proxy_password_file must be a path",
     InDenylist("proxy = \"http://svc@p\"\nproxy_password_file = \"/p\"")},
    // The proxy.
    {"ProxyWithAPassword", InDenylist("proxy = \"http://svc:Summer@p:3128\""), 4,
     "proxy has a password: put it into a file", InDenylist("proxy = \"http://svc@p:3128\"")},
    {"ProxyOfAnUnknownScheme", InDenylist("proxy = \"htp://p:3128\""), 4, "proxy must begin with",
     InDenylist("proxy = \"socks5h://p:3128\"")},
    {"ProxyPasswordWithoutAProxy", InDenylist("proxy_password_file = \"/p\""), 4,
     "proxy_password_file needs proxy with a user",
     InDenylist("proxy_password_file = \"/p\"\nproxy = \"http://svc@p\"")},
    {"ProxyPasswordWithoutAUser", InDenylist("proxy_password_file = \"/p\"\nproxy = \"http://p\""),
     4, "proxy_password_file needs proxy with a user",
     InDenylist("proxy_password_file = \"/p\"\nproxy = \"https://svc@p\"")},
    {"ProxyPasswordForSocks4",
     InDenylist("proxy_password_file = \"/p\"\nproxy = \"socks4://svc@p\""), 4,
     "proxy_password_file: SOCKS 4 has no passwords",
     InDenylist("proxy_password_file = \"/p\"\nproxy = \"socks5://svc@p\"")},
    // Ended sessions are found by their records.
    {"EndDeniedWithoutRecords", "[session]\n\nend_denied = true\n", 3,
     "end_denied needs record = true", "[session]\nrecord = true\nend_denied = true\n"},
    {"EndDeniedWithRecordsTurnedOff", "[session]\nrecord = false\nend_denied = true\n", 3,
     "end_denied needs record = true", "[session]\nrecord = false\nend_denied = false\n"},
};

class CheckDenylistTest : public testing::TestWithParam<CheckCase> {};

TEST_P(CheckDenylistTest, RefusesTheOneWithItsLineAndTakesTheOther) {
  const Result<Config> bad = ParseText(GetParam().bad);
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, GetParam().line, bad));
  const std::string where = "pam_jwt.toml:" + std::to_string(GetParam().line) + ": ";
  EXPECT_TRUE(test::DetailOf(bad).starts_with(where)) << test::DetailOf(bad);
  EXPECT_NE(test::DetailOf(bad).find(GetParam().message), std::string::npos) << test::DetailOf(bad);
  EXPECT_TRUE(Accepted(ParseText(GetParam().good)));
}

INSTANTIATE_TEST_SUITE_P(Denylist, CheckDenylistTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(CheckDenylist, FindsEachErrorOfTheTable) {
  const std::vector<Error> errors = FindConfigErrors(
      {{"pam_jwt.toml", "[denylist]\nurl = \"http://ops.example\"\nproxy = \"p\"\n"}});
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].rule.line, 2U);
  EXPECT_EQ(errors[1].rule.line, 2U);
  EXPECT_EQ(errors[2].rule.line, 3U);
}

TEST(CheckDenylist, SaysNothingOfOtherOptionsIfTheUrlCannotBeRead) {
  const std::vector<Error> errors =
      FindConfigErrors({{"pam_jwt.toml", "[denylist]\nurl = 1\nkeys = \"/k\"\n"}});
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].rule.line, 2U);
}

TEST(CheckDenylist, QuotesNoPassword) {
  for (const char* const line :
       {"proxy = \"http://svc:Summer@p\"", "proxy = \"htp://svc:Summer@p\"",
        "url = \"https://svc:Summer@p/d\"", "url = \"http://svc:Summer@p/d\""}) {
    const std::vector<Error> errors =
        FindConfigErrors({{"pam_jwt.toml", "[denylist]\n" + std::string(line) + "\n"}});
    EXPECT_FALSE(errors.empty()) << line;
    for (const Error& error : errors) {
      EXPECT_EQ(error.detail.find("Summer"), std::string::npos) << error.detail;
    }
  }
}

}  // namespace
}  // namespace pamjwt
