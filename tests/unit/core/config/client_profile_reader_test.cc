#include "core/config/client_profile_reader.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/config/client_profile_writer.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::kCaseName;
using testing::Values;

constexpr std::string_view kSmall = "issuer = \"https://sso.example\"\nclient_id = \"ssh\"\n";
constexpr std::string_view kPrompt = R"(issuer = "https://sso.example"
client_id = "ssh"
use = "prompt"
flows = ["jwt_bearer"]
assertion_file = "/run/assertion"
)";
constexpr std::string_view kWhole = R"(issuer = "https://sso.example/realms/staff"
client_id = "ssh"
client_secret_file = "/etc/jwt-sso/secret"
scopes = ["openid", "offline_access"]
token = "access"
resource = "https://hosts.example"
flows = ["code", "device", "paste", "client_credentials", "token_exchange"]
redirect_ports = [0, 8400]
redirect_uri = "http://localhost/login"
assertion_file = "~/assertion"
max_bound_age = "16h"
max_binding_age = "48h"
key = "agent:SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
keep = "runtime"
ca_file = "~/ca.pem"
proxy = "http://proxy.example:3128"
hosts = ["*.example", "!old.example"]
)";

Result<ClientProfile> Parse(std::string_view text) {
  return ParseClientProfile("work.toml", text);
}

Result<ClientProfile> ParseWith(std::string_view lines) {
  return Parse(std::string(kSmall) + std::string(lines) + "\n");
}

TEST(ClientProfileTest, NeedsNoMoreThanIssuerAndClient) {
  const Result<ClientProfile> profile = Parse(kSmall);
  ASSERT_TRUE(Accepted(profile));
  ClientProfile expected;
  expected.issuer = "https://sso.example";
  expected.client_id = "ssh";
  EXPECT_EQ(profile.value(), expected);
  EXPECT_EQ(expected.scopes, std::vector<std::string>{"openid"});
  EXPECT_EQ(expected.flows, std::vector{ClientFlow::kCode});
  EXPECT_EQ(expected.redirect_ports, std::vector<std::uint16_t>{0});
}

TEST(ClientProfileTest, ReadsEveryOption) {
  const Result<ClientProfile> profile = Parse(kWhole);
  ASSERT_TRUE(Accepted(profile));
  const ClientProfile& read = profile.value();
  EXPECT_EQ(read.issuer, "https://sso.example/realms/staff");
  EXPECT_EQ(read.client_secret_file, "/etc/jwt-sso/secret");
  EXPECT_EQ(read.scopes, (std::vector<std::string>{"openid", "offline_access"}));
  EXPECT_EQ(read.token, ClientToken::kAccess);
  EXPECT_EQ(read.resource, "https://hosts.example");
  EXPECT_EQ(read.flows, (std::vector{ClientFlow::kCode, ClientFlow::kDevice, ClientFlow::kPaste,
                                     ClientFlow::kClientCredentials, ClientFlow::kTokenExchange}));
  EXPECT_EQ(read.redirect_ports, (std::vector<std::uint16_t>{0, 8400}));
  EXPECT_EQ(read.redirect_uri, "http://localhost/login");
  EXPECT_EQ(read.assertion_file, "~/assertion");
  EXPECT_EQ(read.use, ClientUse::kCertificate);
  EXPECT_EQ(read.max_bound_age, Seconds{16 * 60 * 60});
  EXPECT_EQ(read.max_binding_age, Seconds{48 * 60 * 60});
  EXPECT_EQ(read.key.kind, ClientKey::Kind::kAgent);
  EXPECT_EQ(read.key.name, "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(read.keep, ClientKeep::kRuntime);
  EXPECT_EQ(read.ca_file, "~/ca.pem");
  EXPECT_EQ(read.proxy, "http://proxy.example:3128");
  EXPECT_EQ(read.hosts, (std::vector<std::string>{"*.example", "!old.example"}));
}

TEST(ClientProfileTest, ReadsAProfileForPrompts) {
  const Result<ClientProfile> profile = Parse(kPrompt);
  ASSERT_TRUE(Accepted(profile));
  EXPECT_EQ(profile.value().use, ClientUse::kPrompt);
  EXPECT_EQ(profile.value().flows, std::vector{ClientFlow::kJwtBearer});
}

TEST(ClientProfileTest, IsWrittenAsItIsRead) {
  for (const std::string_view text : {kSmall, kPrompt, kWhole}) {
    const Result<ClientProfile> profile = Parse(text);
    ASSERT_TRUE(Accepted(profile));
    EXPECT_EQ(FormatClientProfile(profile.value()), text);
  }
}

TEST(ClientProfileTest, IsWrittenWithQuotesWhereTextNeedsThem) {
  const Result<ClientProfile> profile = ParseWith(R"(key = '~/a "key"\é.pub')");
  ASSERT_TRUE(Accepted(profile));
  const Result<ClientProfile> again = Parse(FormatClientProfile(profile.value()));
  ASSERT_TRUE(Accepted(again));
  EXPECT_EQ(again.value(), profile.value());
}

struct GoodLine {
  const char* name;
  const char* line;
};
class GoodLineTest : public testing::TestWithParam<GoodLine> {};

TEST_P(GoodLineTest, IsTaken) {
  EXPECT_TRUE(Accepted(ParseWith(GetParam().line)));
}

INSTANTIATE_TEST_SUITE_P(
    ClientProfile, GoodLineTest,
    Values(GoodLine{"NewKey", "key = \"new\""}, GoodLine{"KeyFile", "key = \"/a/b.pub\""},
           GoodLine{"NoBoundAge", "max_bound_age = \"0s\""},
           GoodLine{"LongestBoundAge", "max_bound_age = \"3650d\""},
           GoodLine{"ShortestBindingAge", "max_binding_age = \"1s\""},
           GoodLine{"LongestBindingAge", "max_binding_age = \"3650d\""},
           GoodLine{"AgesOfPromptsAsTheDefaults",
                    "use = \"prompt\"\nmax_bound_age = \"0s\"\nmax_binding_age = \"24h\""},
           GoodLine{"LastPort", "redirect_ports = [65535]"},
           GoodLine{"ScopeOfEveryCharacter", R"(scopes = ["openid", "!#$[]^~"])"},  // RFC 6749 §3.3
           GoodLine{"UrnAsResource", "token = \"access\"\nresource = \"urn:x\""},   // RFC 8707 §2
           GoodLine{"AccessTokenWithoutOpenid", "token = \"access\"\nscopes = [\"hosts\"]"},
           // RFC 6749 §4.1 and §4.4
           GoodLine{"MachineFlow",
                    "token = \"access\"\nflows = [\"client_credentials\"]\n"
                    "client_secret_file = \"/s\""},
           GoodLine{"MachineFlowForIdTokenOfPrompts",  // RFC 8693 §2.2.1
                    "use = \"prompt\"\nflows = [\"token_exchange\"]\nassertion_file = \"/a\""},
           GoodLine{"ResourceOfMachineFlow",  // RFC 8693 §2.1
                    "token = \"access\"\nflows = [\"token_exchange\"]\nassertion_file = \"/a\"\n"
                    "resource = \"https://hosts.example\""},
           GoodLine{"CertificateByUse", "use = \"certificate\"\nkey = \"/a/b.pub\""},
           GoodLine{"HostsOfPrompts", "use = \"prompt\"\nhosts = [\"*.example\", \"web?\"]"},
           GoodLine{"AnyHostOfCertificates", "hosts = [\"*\"]"},
           GoodLine{"RedirectToAddress", "redirect_uri = \"http://127.0.0.1\""},  // RFC 8252 §7.3
           GoodLine{"AddressAsHost", "hosts = [\"2001:db8::*\", \"192.0.2.1\"]"}),
    kCaseName);

/// Lines behind the two of kSmall. The error is in line `at`.
struct BadLine {
  const char* name;
  const char* lines;
  const char* detail;
  int at = 3;
};
class BadLineTest : public testing::TestWithParam<BadLine> {};

TEST_P(BadLineTest, IsRefusedWithItsPlace) {
  const Result<ClientProfile> profile = ParseWith(GetParam().lines);
  ASSERT_FALSE(profile.ok());
  EXPECT_EQ(profile.error().reason, Reason::kConfigInvalid);
  EXPECT_EQ(profile.error().detail,
            "work.toml:" + std::to_string(GetParam().at) + ": " + GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(
    ClientProfile, BadLineTest,
    Values(BadLine{"UnknownKey", "scope = \"openid\"",
                   "scope: key is not known: did you mean scopes?"},
           BadLine{"Table", "[hosts]", "hosts: must be a list of strings"},
           BadLine{"EmptyList", "flows = []",
                   "flows: must not be empty: leave the key out in place of an empty list"},
           BadLine{"WrongType", "keep = 1", "keep: must be \"state\" or \"runtime\""},
           BadLine{"WordNearby", "token = \"acess\"",
                   "token: must be \"id\" or \"access\": did you mean access?"},
           BadLine{"FlowTwice", "flows = [\"code\",\n\"code\"]", "flows: code is there twice", 4},
           BadLine{"PortTooLarge", "redirect_ports = [65536]",
                   "redirect_ports: must be from 0 to 65535"},
           BadLine{"NoPort", "redirect_ports = []",
                   "redirect_ports: must be a list of 1 to 16 ports"},
           BadLine{"PortTwice", "redirect_ports = [1, 1]", "redirect_ports: 1 is there twice"},
           BadLine{"ScopeWithBlank", "scopes = [\"openid email\"]",
                   "scopes: a scope is printable ASCII without blanks, quotes and backslashes"},
           BadLine{"UseNearby", "use = \"prompts\"",
                   "use: must be \"certificate\" or \"prompt\": did you mean prompt?"},
           BadLine{"UnknownFlow", "flows = [\"implicit\"]",
                   "flows: must be \"code\", \"device\", \"paste\", \"client_credentials\", "
                   "\"jwt_bearer\" or \"token_exchange\""},
           BadLine{"RedirectWithPort", "redirect_uri = \"http://127.0.0.1:8400/cb\"",
                   "redirect_uri: must be http://127.0.0.1/PATH or http://localhost/PATH: it has a "
                   "port, which redirect_ports must name"},
           BadLine{"RelativeAssertion", "assertion_file = \"token\"",
                   "assertion_file: must be the path of a file, from / or ~/"},
           BadLine{"RelativePath", "ca_file = \"ca.pem\"",
                   "ca_file: must be the path of a file, from / or ~/"},
           BadLine{"ControlCharacter", R"(ca_file = "/a\nb")",
                   "ca_file: has a control character in it"},
           BadLine{"ProxyWithPath", "proxy = \"http://proxy.example/x\"",
                   "proxy: must be the url of a proxy, such as http://proxy.example:3128: it has "
                   "something behind its host and port"},
           BadLine{"ProxyWithPassword", "proxy = \"http://me:secret@proxy.example:3128\"",
                   "proxy: must be the url of a proxy, such as http://proxy.example:3128: it has "
                   "a password: a profile holds no secret, so leave proxy out, and set https_proxy "
                   "in the environment"},
           BadLine{"HostWithComma", "hosts = [\"a,b\"]",
                   "hosts: must be names of hosts, perhaps with * and ?, and with ! in front"},
           BadLine{"OnlyNegatedHosts", "hosts = [\"!a\"]",
                   "hosts: has patterns with ! only, which match no host: add \"*\""},
           BadLine{"BoundAgeAsNumber", "max_bound_age = 3600",
                   "max_bound_age: must be a span of time such as \"30s\", \"5m\", \"24h\" or "
                   "\"7d\""},
           BadLine{"BoundAgeTooLong", "max_bound_age = \"3651d\"",
                   "max_bound_age: must be from \"0s\" to \"87600h\""},
           BadLine{"BindingAgeTooShort", "max_binding_age = \"0s\"",
                   "max_binding_age: must be from \"1s\" to \"87600h\""},
           BadLine{"BindingAgeTooLong", "max_binding_age = \"3651d\"",
                   "max_binding_age: must be from \"1s\" to \"87600h\""},
           BadLine{"KeyWithoutPub", "key = \"~/.ssh/id\"",
                   "key: must be \"new\", \"agent:SHA256:...\" with a fingerprint that ssh-add -l "
                   "shows, or the path of a public key, from / or ~/ to .pub"},
           BadLine{"RelativeResource", "token = \"access\"\nresource = \"hosts\"",
                   "resource: must be an absolute URI without a fragment (RFC 8707), such as "
                   "https://hosts.example",
                   4},
           BadLine{"ResourceWithFragment", "token = \"access\"\nresource = \"https://a/#b\"",
                   "resource: must be an absolute URI without a fragment (RFC 8707), such as "
                   "https://hosts.example",
                   4}),
    kCaseName);

INSTANTIATE_TEST_SUITE_P(
    ClientProfileTogether, BadLineTest,
    Values(BadLine{"IdTokenWithoutOpenid", "scopes = [\"email\"]",
                   "scopes: must have \"openid\", without which the provider gives no ID token (or "
                   "set token = \"access\")"},
           BadLine{"ResourceOfIdToken", "resource = \"https://a\"",
                   "resource: is for access tokens: set token = \"access\""},
           BadLine{"MachineFlowWithoutSecret",
                   "token = \"access\"\nflows = [\"client_credentials\"]",
                   "flows: client_credentials needs client_secret_file", 4},
           BadLine{"MachineFlowForIdToken",
                   "client_secret_file = \"/s\"\nflows = [\"client_credentials\"]",
                   "flows: client_credentials gives no ID token: set token = \"access\"", 4}),
    kCaseName);

INSTANTIATE_TEST_SUITE_P(
    ClientProfileMachine, BadLineTest,
    Values(BadLine{"JwtBearerForIdTokenInCertificate",
                   "assertion_file = \"/a\"\nflows = [\"jwt_bearer\"]",
                   "flows: jwt_bearer gives no ID token that names the ssh key: set token = "
                   "\"access\" (or use = \"prompt\")",
                   4},
           BadLine{"TokenExchangeForIdTokenInCertificate",
                   "assertion_file = \"/a\"\nflows = [\"token_exchange\"]",
                   "flows: token_exchange gives no ID token that names the ssh key: set token = "
                   "\"access\" (or use = \"prompt\")",
                   4},
           BadLine{"JwtBearerWithoutAssertion", "token = \"access\"\nflows = [\"jwt_bearer\"]",
                   "flows: jwt_bearer needs assertion_file, the file with the token that the "
                   "provider takes",
                   4},
           BadLine{"TokenExchangeWithoutAssertion",
                   "token = \"access\"\nflows = [\"token_exchange\"]",
                   "flows: token_exchange needs assertion_file, the file with the token that the "
                   "provider takes",
                   4},
           BadLine{"AssertionWithoutFlow", "token = \"access\"\nassertion_file = \"/a\"",
                   "assertion_file: is for the flows jwt_bearer and token_exchange: name one in "
                   "flows",
                   4},
           BadLine{"BothFlowsWithAssertion",
                   "token = \"access\"\nassertion_file = \"/a\"\n"
                   "flows = [\"jwt_bearer\", \"token_exchange\"]",
                   "flows: jwt_bearer and token_exchange would take the same assertion_file: make "
                   "a profile for each",
                   5},
           BadLine{"AnyHostOfPrompts", "hosts = [\"a.example\", \"*?\"]\nuse = \"prompt\"",
                   "hosts: would give the token of a prompt to any host: name hosts, or a domain "
                   "such as \"*.example.com\"",
                   3},
           BadLine{"KeyOfPrompt", "key = \"/a/b.pub\"\nuse = \"prompt\"",
                   "key: is for certificates: set use = \"certificate\", or leave key out"},
           BadLine{"BoundAgeOfPrompt", "max_bound_age = \"1s\"\nuse = \"prompt\"",
                   "max_bound_age: is for certificates: set use = \"certificate\", or leave "
                   "max_bound_age out"},
           BadLine{"BindingAgeOfPrompt", "use = \"prompt\"\nmax_binding_age = \"25h\"",
                   "max_binding_age: is for certificates: set use = \"certificate\", or leave "
                   "max_binding_age out",
                   4}),
    kCaseName);

struct Issuer {
  const char* name;
  const char* url;
  const char* refusal;
};
class IssuerTest : public testing::TestWithParam<Issuer> {};

TEST_P(IssuerTest, IsFetchable) {
  const Result<ClientProfile> profile =
      Parse(std::string("client_id = \"x\"\nissuer = \"") + GetParam().url + "\"\n");
  const std::string refusal = GetParam().refusal;
  EXPECT_EQ(profile.ok() ? "" : profile.error().detail,
            refusal.empty() ? ""
                            : "work.toml:2: issuer: must be of the form "
                              "https://HOST[:PORT][/PATH]: " +
                                  refusal);
}

INSTANTIATE_TEST_SUITE_P(
    ClientProfile, IssuerTest,
    Values(Issuer{"Https", "https://sso.example:8443/a", ""},
           Issuer{"HttpOnLoopback", "http://127.0.0.1:8080", ""},
           Issuer{"HttpElsewhere", "http://sso.example",
                  "it is http://, and its host is not this machine"},
           Issuer{"AnotherScheme", "ftp://sso.example", "it does not begin with https://"},
           Issuer{"Password", "https://me:secret@sso.example",
                  "it has a password: providers take none in the url"},
           Issuer{"Query", "https://sso.example/?a", "it has a query or a fragment"},
           Issuer{"Fragment", "https://sso.example/#a", "it has a query or a fragment"}),
    kCaseName);

TEST(ClientProfileTest, SaysWhatIsMissing) {
  EXPECT_EQ(Parse("client_id = \"x\"").error().detail, "work.toml:1: issuer: must be given");
  EXPECT_EQ(Parse("issuer = \"https://a\"").error().detail,
            "work.toml:1: client_id: must be given");
}

TEST(ClientProfileTest, NamesTheFirstOfSeveralErrors) {
  EXPECT_EQ(ParseWith("token = 1\nkeep = 1").error().rule.line, 3U);
  EXPECT_EQ(ParseWith("keep = 1\ntoken = 1").error().rule.line, 3U);
}

TEST(ClientProfileTest, RefusesWhatIsNotToml) {
  EXPECT_EQ(ParseWith("keep").error().rule.line, 3U);
  EXPECT_EQ(ParseWith("é = 1").error().detail,
            "work.toml:3: a character beyond ASCII outside of quotes");
  EXPECT_FALSE(ParseWith("client_id = \"y\"").ok());
}

TEST(ClientProfileTest, IsBounded) {
  const std::string comment = "#" + std::string(kMaxClientProfileBytes - kSmall.size() - 2, 'x');
  EXPECT_TRUE(Accepted(ParseWith(comment)));
  EXPECT_EQ(ParseWith(comment + "x").error().detail, "work.toml:1: has more than 65536 bytes");
  const std::string path(2046, 'x');
  EXPECT_TRUE(Accepted(ParseWith("ca_file = \"~/" + path + "\"")));
  EXPECT_EQ(ParseWith("ca_file = \"~/" + path + "x\"").error().detail,
            "work.toml:3: ca_file: must have at most 2048 bytes");
}

}  // namespace
}  // namespace pamjwt
