#include "core/config/check.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::InIssuer;
using test::ParseText;
using test::RefusedAt;
using test::RefusedFor;

/// A text that is refused, and an accepted one that differs only in the point at issue.
struct CheckCase {
  const char* name;
  std::string bad;
  std::uint32_t line;
  std::string_view message;
  std::string good;
};

constexpr const char* kThumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

std::string Thumbprints(const std::string& one) {
  return InIssuer("thumbprints = [\"" + one + "\"]\n");
}
std::string WithUrl(const std::string& url, const std::string& more = "") {
  return "[issuer.staff]\naudiences = [\"a\"]\nurl = \"" + url + "\"\n" + more;
}
std::string WithService(const std::string& issuer, const std::string& service) {
  return InIssuer(issuer + "\n[issuer.staff.service.sshd]\n" + service + "\n");
}

std::string WithoutSub(const std::string& more) {
  return InIssuer("require_sub = false\n" + more);
}
const std::string kRequire = "require = [{ claim = \"g\", any_of = [\"x\"] }]\n";
const std::string kGoodRule = "[[issuer.staff.account]]\nclaim = \"upn\"\n";

const CheckCase kCases[] = {
    {"NoUrl", "[issuer.staff]\naudiences = [\"a\"]\n", 1, "issuer staff has no url",
     "[issuer.staff]\naudiences = [\"a\"]\nurl = \"https://a.example\"\n"},
    {"NoAudiences", "\n[issuer.staff]\nurl = \"https://a.example\"\n", 2,
     "issuer staff has no audiences",
     "\n[issuer.staff]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n"},
    {"NeitherKindOfAudiences", "\n[issuer.staff]\nurl = \"https://a.example\"\n", 2,
     "issuer staff has no audiences",
     "\n[issuer.staff]\nurl = \"https://a.example\"\nbound_audiences = [\"a\"]\n"},
    // Tokens that are bound to a key.
    {"AudienceOfBothKinds", InIssuer("bound_audiences = [\"ssh\", \"ssh://host.example\"]\n"), 3,
     "is in audiences and in bound_audiences", InIssuer("bound_audiences = [\"ssh\"]\n")},
    {"AudienceOfBothKindsInAService",
     WithService("bound_audiences = [\"ssh\"]\n", "audiences = [\"ssh\"]"), 7,
     "is in audiences and in bound_audiences",
     WithService("bound_audiences = [\"ssh\"]\n", "audiences = [\"sudo\"]")},
    {"BoundAudienceWithAPercentSign", InIssuer("bound_audiences = [\"ssh%x\"]\n"), 4,
     "bound_audiences: only %h and %% may follow a %", InIssuer("bound_audiences = [\"ssh%h\"]\n")},
    {"BoundAudienceOfASecret", InIssuer("bound_audiences = [\"ssh\"]\nsecret_file = \"/s\"\n"), 4,
     "bound_audiences needs public keys",
     InIssuer("bound_audiences = [\"ssh\"]\njwks_file = \"/k\"\n")},
    {"BoundAgeWithoutBoundAudiences", InIssuer("max_bound_age = \"1h\"\n"), 4,
     "there is no bound_audiences",
     InIssuer("max_bound_age = \"1h\"\nbound_audiences = [\"ssh\"]\n")},
    {"BindingAgeWithoutBoundAudiences", InIssuer("max_binding_age = \"1h\"\n"), 4,
     "there is no bound_audiences",
     InIssuer("max_binding_age = \"1h\"\nbound_audiences = [\"ssh\"]\n")},
    {"BoundAgeBeyondTheTokensAge",
     InIssuer("max_bound_age = \"25h\"\nbound_audiences = [\"ssh\"]\n"), 4,
     "must not be more than max_token_age",
     InIssuer("max_bound_age = \"25h\"\nbound_audiences = [\"ssh\"]\nmax_token_age = "
              "\"0s\"\n")},
    {"UnknownKeyOption", InIssuer("key_options = \"restrict,command\"\n"), 4, "options of a key",
     InIssuer("key_options = \"restrict,pty\"\n")},
    {"NameWithABlank", "[issuer.\"a b\"]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n", 1,
     "the name of an issuer",
     "[issuer.\"a-b\"]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n"},
    {"EmptyName", "[issuer.\"\"]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n", 1,
     "the name of an issuer", "[issuer.\"_\"]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n"},
    {"NameWithADot", "[issuer.\"a.b\"]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n", 1,
     "the name of an issuer", "[issuer.A9_b]\nurl = \"https://a.example\"\naudiences = [\"a\"]\n"},
    {"TwoIssuersWithOneUrl",
     WithUrl("https://a.example") +
         "[issuer.zoo]\naudiences = [\"b\"]\nurl = \"https://a.example\"\n",
     6, "issuers staff and zoo have the same url",
     WithUrl("https://a.example") +
         "[issuer.zoo]\naudiences = [\"b\"]\nurl = \"https://a.example/\"\n"},
    // Where keys come from.
    {"PlainHttp", WithUrl("http://a.example"), 3, "https://", WithUrl("https://a.example")},
    {"NoUrlAtAll", WithUrl("joe"), 3, "https://", WithUrl("joe", "jwks_file = \"/k.json\"\n")},
    {"UrlWithAQuery", WithUrl("https://a.example/?t=1"), 3, "it has a query, from its ? on",
     WithUrl("https://a.example/?t=1", "metadata_url = \"https://a.example/?t=1\"\n")},
    {"UrlWithAFragment", WithUrl("https://a.example/#t"), 3, "it has a fragment, from its # on",
     WithUrl("https://a.example/#t", "jwks_uri = \"https://a.example/k\"\n")},
    {"UrlWithAPasswordAndKeysOfAFile",
     WithUrl("https://svc:Summer@a.example", "jwks_file = \"/k.json\"\n"), 3,
     "url must not have a password",
     WithUrl("https://a.example:8443/svc:x@y", "jwks_file = \"/k.json\"\n")},
    {"UrlWithAPasswordThatIsNotEncoded",
     WithUrl("https://svc:Sum#mer@a.example", "jwks_file = \"/k.json\"\n"), 3,
     "url must not have a password", WithUrl("urn:svc:x@y", "jwks_file = \"/k.json\"\n")},
    {"UrlWithoutAHost", WithUrl("https://"), 3, "https://", WithUrl("https://a")},
    {"UrlOfAPathAlone", WithUrl("https:///realm"), 3, "https://", WithUrl("https://a/realm")},
    {"PlainHttpOnAHostCalled127", WithUrl("http://127.evil.example"), 3, "https://",
     WithUrl("http://127.0.0.1")},
    {"PlainHttpBehindAUser", WithUrl("http://127.0.0.1@evil.example"), 3, "https://",
     WithUrl("http://127.0.0.1:8080/realm@x")},
    {"PlainHttpBehindAUserAndPassword", WithUrl("http://localhost:x@evil.example/"), 3,
     "url must not have a password", WithUrl("http://localhost:8080/")},
    {"PlainHttpBehindALoopbackAddress", WithUrl("http://[::1].evil.example"), 3, "https://",
     WithUrl("http://[::1]:8080/realm")},
    {"PlainHttpOnAHostThatBeginsWithLocalhost", WithUrl("http://localhost.evil.example"), 3,
     "https://", WithUrl("http://localhost/realm")},
    {"PlainHttpToAnotherAddress", WithUrl("http://128.0.0.1"), 3, "https://",
     WithUrl("http://127.255.255.254")},
    {"MetadataUrlWithoutTls", InIssuer("metadata_url = \"http://a.example/m\""), 4,
     "metadata_url must be of the form https://",
     InIssuer("metadata_url = \"https://a.example/m\"")},
    {"JwksUriWithoutTls", InIssuer("jwks_uri = \"http://a.example/m\""), 4,
     "jwks_uri must be of the form https://", InIssuer("jwks_uri = \"http://[::1]/m\"")},
    {"JwksUriThatIsAFile", InIssuer("jwks_uri = \"file:///k.json\""), 4,
     "jwks_uri must be of the form https://", InIssuer("jwks_file = \"/k.json\"")},
    {"JwksUriWithABlank", InIssuer("jwks_uri = \"https://a.example/ m\""), 4,
     "it has a blank in it", InIssuer("jwks_uri = \"https://a.example/%20m\"")},
    {"UrlWithABlank", WithUrl("https://a.example "), 3,
     "below url, which must be of the form https://HOST[:PORT][/PATH]: it has a blank in it",
     WithUrl("https://a.example")},
    {"JwksUriWithAUser", InIssuer("jwks_uri = \"https://svc@a.example/m\""), 4, "it has a user",
     InIssuer("jwks_uri = \"https://a.example/svc@m\"")},
    {"BearerTokenOverPlainHttp",
     InIssuer("bearer_token_file = \"/t\"\njwks_uri = \"HTTP://localhost/k\""), 4,
     "bearer_token_file needs https: http:// would show the token",
     InIssuer("bearer_token_file = \"/t\"\njwks_uri = \"https://localhost/k\"")},
    {"BearerTokenOverPlainHttpToTheMetadata",
     InIssuer("bearer_token_file = \"/t\"\nmetadata_url = \"http://[::1]/m\""), 4,
     "bearer_token_file needs https",
     InIssuer("bearer_token_file = \"/t\"\nmetadata_url = \"https://[::1]/m\"")},
    {"RelativeBearerTokenFile", InIssuer("bearer_token_file = \"t\""), 4,
     "bearer_token_file must be a path", InIssuer("bearer_token_file = \"/t\"")},
    {"ProxyWithAPassword", InIssuer("proxy = \"http://svc:Summer@p:3128\""), 4,
     "proxy has a password: put it into a file", InIssuer("proxy = \"http://svc@p:3128\"")},
    {"ProxyWithAPasswordThatIsNotEncoded", InIssuer("proxy = \"http://svc:Sum#mer@p\""), 4,
     "proxy has a password: put it into a file", InIssuer("proxy = \"http://svc@p\"")},
    {"ProxyOfAnUnknownScheme", InIssuer("proxy = \"htp://p:3128\""), 4, "proxy must begin with",
     InIssuer("proxy = \"socks5h://p:3128\"")},
    {"ProxyWithAPath", InIssuer("proxy = \"http://p:3128/x\""), 4,
     "proxy has something behind its host", InIssuer("proxy = \"http://p:3128/\"")},
    {"ProxyPasswordWithoutAProxy", InIssuer("proxy_password_file = \"/p\""), 4,
     "proxy_password_file needs proxy with a user",
     InIssuer("proxy_password_file = \"/p\"\nproxy = \"http://svc@p\"")},
    {"ProxyPasswordWithoutAUser", InIssuer("proxy_password_file = \"/p\"\nproxy = \"http://p\""), 4,
     "proxy_password_file needs proxy with a user",
     InIssuer("proxy_password_file = \"/p\"\nproxy = \"https://svc@p\"")},
    {"ProxyPasswordForSocks4",
     InIssuer("proxy_password_file = \"/p\"\nproxy = \"socks4a://svc@p\""), 4,
     "proxy_password_file: SOCKS 4 has no passwords",
     InIssuer("proxy_password_file = \"/p\"\nproxy = \"socks5://svc@p\"")},
    {"RelativeProxyPasswordFile", InIssuer("proxy_password_file = \"p\"\nproxy = \"http://svc@p\""),
     4, "proxy_password_file must be a path",
     InIssuer("proxy_password_file = \"/p\"\nproxy = \"http://svc@p\"")},
    {"TwoSources", InIssuer("jwks_uri = \"https://a.example\"\njwks_file = \"/k.json\"\n"), 5,
     "give one of", InIssuer("jwks_uri = \"https://a.example\"\n\n")},
    {"PublicKeysAndASecret", InIssuer("jwks_file = \"/k.json\"\nsecret_file = \"/s\"\n"), 5,
     "give one of", InIssuer("\nsecret_file = \"/s\"\n")},
    {"MetadataAndJwksUri",
     InIssuer("metadata_url = \"https://a.example\"\n"
              "jwks_uri = \"https://a.example\"\n"),
     5, "give one of", InIssuer("metadata_url = \"https://a.example\"\n")},
    {"RelativeJwksFile", InIssuer("jwks_file = \"k.json\""), 4, "jwks_file must be a path",
     InIssuer("jwks_file = \"/k.json\"")},
    {"RelativeSecretFile", InIssuer("secret_file = \"../s\""), 4, "secret_file must be a path",
     InIssuer("secret_file = \"/s\"")},
    {"RelativeCaFile", InIssuer("ca_file = \"ca.pem\""), 4, "ca_file must be a path",
     InIssuer("ca_file = \"/ca.pem\"")},
    // The use of keys, RFC 7517 §4.2.
    {"KeysForEncryption", InIssuer("key_use = [\"sig\", \"enc\"]"), 4, "are for encryption",
     InIssuer("key_use = [\"sig\", \"jwt-svid\"]")},
    {"UseOfASecret", InIssuer("key_use = [\"sig\"]\nsecret_file = \"/s\""), 4,
     "key_use is of public keys", InIssuer("\nsecret_file = \"/s\"")},
    // Names of accounts.
    {"NumberAsALiteralName", InIssuer("[[issuer.staff.account]]\nname = \"1000\"\n" + kRequire), 4,
     "(it is a number, which programs may take for a uid). If it is meant, set account_names",
     InIssuer("account_names = \"any\"\n[[issuer.staff.account]]\nname = \"1000\"\n" + kRequire)},
    {"DomainInTheRuleOfAService",
     InIssuer("[[issuer.staff.service.sshd.account]]\nname = 'CORP\\carol'\n" + kRequire), 4,
     "set account_names = \"any\"",
     InIssuer("account_names = \"any\"\n[[issuer.staff.service.sshd.account]]\n"
              "name = 'CORP\\carol'\n" +
              kRequire)},
    {"SlashWithAnyNames",
     InIssuer("account_names = \"any\"\n[[issuer.staff.account]]\nname = \"a/b\"\n" + kRequire), 5,
     "not a name that an account can have: a/b",
     InIssuer("account_names = \"any\"\n[[issuer.staff.account]]\nname = \"a b\"\n" + kRequire)},
    {"MadeNameWithAnyNames",
     InIssuer("account_names = \"any\"\n[[issuer.staff.account]]\nname = 'CORP\\*'\n"), 5,
     "no account gets a name with these characters from a claim",
     InIssuer("account_names = \"any\"\n[[issuer.staff.account]]\nname = \"CORP-*\"\n")},
    {"OtherNames", InIssuer("account_names = \"all\""), 4, "must be \"posix\" or \"any\"",
     InIssuer("account_names = \"posix\"")},
    {"ExportOfNames", "[session]\nexport = { SSO_A = \"/r/*\" }\n" + InIssuer(""), 2,
     "/* names many", "[session]\nexport = { SSO_A = \"/r/x\" }\n" + InIssuer("")},
    // Algorithms.
    {"HmacWithoutASecret", InIssuer("algorithms = [\"RS256\", \"HS256\"]"), 4,
     "HS256 needs secret_file", InIssuer("algorithms = [\"RS256\", \"ES256\"]")},
    {"SecretAndAPublicKeyAlgorithm",
     InIssuer("secret_file = \"/s\"\nalgorithms = [\"HS256\", \"RS256\"]"), 5,
     "RS256 does not go with secret_file",
     InIssuer("secret_file = \"/s\"\nalgorithms = [\"HS256\", \"HS512\"]")},
    {"UnknownAlgorithm", InIssuer("algorithms = [\"RS257\"]"), 4, "algorithm is not known: RS257",
     InIssuer("algorithms = [\"RS384\"]")},
    {"NoAlgorithm", InIssuer("algorithms = [\"none\"]"), 4, "algorithm is not known: none",
     InIssuer("algorithms = [\"Ed25519\"]")},
    {"AlgorithmInLowerCase", InIssuer("algorithms = [\"rs256\"]"), 4,
     "algorithm is not known: rs256", InIssuer("algorithms = [\"RS256\"]")},
    // Thumbprints (RFC 7638).
    {"ThumbprintsOfASecret",
     InIssuer("secret_file = \"/s\"\nthumbprints = [\"" + std::string(kThumbprint) + "\"]"), 5,
     "thumbprints are of public keys",
     InIssuer("jwks_file = \"/s\"\nthumbprints = [\"" + std::string(kThumbprint) + "\"]")},
    {"ShortThumbprint", Thumbprints("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X"), 4,
     "not a SHA-256 thumbprint", Thumbprints(kThumbprint)},
    {"ThumbprintInHex",
     Thumbprints("3736cbb1787cb8309c77ee8c3705c5e16ffb9e859715901f1e4c59b11182f57b"), 4,
     "not a SHA-256 thumbprint", Thumbprints(kThumbprint)},
    {"ThumbprintInBase64", Thumbprints("NzbLsXh8uDCcd+6MNwXF4W/7noWXFZAfHkxZsRGC9Xs="), 4,
     "not a SHA-256 thumbprint", Thumbprints(kThumbprint)},
    // Audiences.
    {"AudienceClaim", InIssuer("audience_claim = \"groups\""), 4, "audience_claim must be",
     InIssuer("audience_claim = \"client_id\"")},
    {"PercentAndAnotherLetter", "[issuer.a]\nurl = \"https://a\"\naudiences = [\"x\", \"%u\"]", 3,
     "only %h and %% may follow a %: %u",
     "[issuer.a]\nurl = \"https://a\"\naudiences = [\"x\", \"%%u\"]"},
    {"PercentAtTheEnd", "[issuer.a]\nurl = \"https://a\"\naudiences = [\"x%h%\"]", 3,
     "only %h and %% may follow a %", "[issuer.a]\nurl = \"https://a\"\naudiences = [\"x%h%%\"]"},
    {"PercentBehindTwo", "[issuer.a]\nurl = \"https://a\"\naudiences = [\"%%%\"]", 3,
     "only %h and %% may follow a %", "[issuer.a]\nurl = \"https://a\"\naudiences = [\"%%%%\"]"},
    {"PercentInAService", WithService("", "audiences = [\"%H\"]"), 6,
     "only %h and %% may follow a %", WithService("", "audiences = [\"%h\"]")},
    // Services tighten.
    {"ServiceThatIsNotServed", InIssuer("services = [\"su\"]\n[issuer.staff.service.sudo]\n"), 5,
     "service.sudo: sudo is not in services",
     InIssuer("services = [\"su\", \"sudo\"]\n[issuer.staff.service.sudo]\n")},
    {"ServiceThatIsOnlyCovered", InIssuer("services = [\"sudo\"]\n[issuer.staff.service.sudo-i]\n"),
     5, "sudo-i is not in services",
     InIssuer("services = [\"sudo\", \"sudo-i\"]\n[issuer.staff.service.sudo-i]\n")},
    {"ServiceOfADefault", InIssuer("[issuer.staff.service.sudo]\n"), 4, "sudo is not in services",
     InIssuer("[issuer.staff.service.sshd]\n")},
    {"LooserTokenAge", WithService("max_token_age = \"1h\"", "max_token_age = \"61m\""), 6,
     "max_token_age of a service must not be looser",
     WithService("max_token_age = \"1h\"", "max_token_age = \"60m\"")},
    {"LooserTokenAgeThanTheDefault", WithService("", "max_token_age = \"25h\""), 6,
     "max_token_age of a service must not be looser", WithService("", "max_token_age = \"24h\"")},
    {"TokenAgeTurnedOff", WithService("max_token_age = \"1h\"", "max_token_age = \"0s\""), 6,
     "max_token_age of a service must not be looser",
     WithService("max_token_age = \"0s\"", "max_token_age = \"0s\"")},
    {"TokenAgeTightenedFromOff", WithService("max_token_age = \"1h\"", "max_token_age = \"7d\""), 6,
     "max_token_age of a service must not be looser",
     WithService("max_token_age = \"0s\"", "max_token_age = \"7d\"")},
    {"LooserAuthAge", WithService("max_auth_age = \"5m\"", "max_auth_age = \"6m\""), 6,
     "max_auth_age of a service must not be looser",
     WithService("max_auth_age = \"5m\"", "max_auth_age = \"4m\"")},
    {"AuthAgeTurnedOff", WithService("max_auth_age = \"5m\"", "max_auth_age = \"0s\""), 6,
     "max_auth_age of a service must not be looser", WithService("", "max_auth_age = \"1d\"")},
    // Rules have to do without a sub where it is not required.
    {"NoSubAndNoRules", InIssuer("require_sub = false\n"), 4, "without account rules",
     InIssuer("require_sub = true\n")},
    {"NoSubAndADefaultRule", WithoutSub("[[issuer.staff.account]]\n"), 5, "the rule reads sub",
     WithoutSub("[[issuer.staff.account]]\nclaim = \"upn\"\n")},
    {"NoSubAndARuleThatPointsToIt", WithoutSub("[[issuer.staff.account]]\nclaim = \"/sub\"\n"), 5,
     "the rule reads sub", WithoutSub("[[issuer.staff.account]]\nclaim = \"/x/sub\"\n")},
    {"NoSubAndALiteralByItsPattern",
     WithoutSub("[[issuer.staff.account]]\nname = \"deploy\"\npattern = \"a*\"\n"), 5,
     "the rule reads sub", WithoutSub("[[issuer.staff.account]]\nname = \"deploy\"\n" + kRequire)},
    {"NoSubAndAStarWithARequire", WithoutSub("[[issuer.staff.account]]\n" + kRequire), 5,
     "the rule reads sub", WithoutSub("[[issuer.staff.account]]\nclaim = \"upn\"\n" + kRequire)},
    {"NoSubAndAMapOfIt", WithoutSub("[[issuer.staff.account]]\nmap_file = \"/m\"\n" + kRequire), 5,
     "the rule reads sub",
     WithoutSub("[[issuer.staff.account]]\nmap_file = \"/m\"\nclaim = \"upn\"\n")},
    {"NoSubAndARuleOfAService", WithoutSub(kGoodRule + "[[issuer.staff.service.sshd.account]]\n"),
     7, "the rule reads sub",
     WithoutSub(kGoodRule + "[[issuer.staff.service.sshd.account]]\nclaim = \"upn\"\n")},
    {"NoSubAndAServiceWithoutRules",
     WithoutSub("services = [\"sshd\", \"sudo\"]\n[[issuer.staff.service.sshd.account]]\n"
                "claim = \"upn\"\n"),
     4, "without account rules",
     WithoutSub("services = [\"sshd\"]\n[[issuer.staff.service.sshd.account]]\n"
                "claim = \"upn\"\n")},
    {"OneTimeTurnedOff", WithService("one_time = true", "one_time = false"), 6,
     "one_time of a service must not be looser", WithService("one_time = true", "one_time = true")},
    {"OneTimeTurnedOffByAnother", WithService("one_time = true", "one_time = false"), 6, "one_time",
     WithService("one_time = false", "one_time = true")},
    // The daemon's part.
    {"RefreshMinAboveMax", "[keys]\nrefresh_min = \"2h\"\n", 2, "refresh_min must not be more",
     "[keys]\nrefresh_min = \"1h\"\n"},
    {"RefreshMaxBelowMin", "[keys]\nrefresh_max = \"4m\"\n", 2, "refresh_min must not be more",
     "[keys]\nrefresh_max = \"5m\"\n"},
    {"RelativeKeysFile", "[keys]\nfile = \"keys.jsonl\"\n", 2, "file must be a path",
     "[keys]\nfile = \"/keys.jsonl\"\n"},
    {"RelativePublicSocket", "[keys]\npublic_socket = \"x\"\n", 2, "public_socket must be a path",
     "[keys]\npublic_socket = \"/x\"\n"},
    {"RelativeRedeemSocket", "[keys]\nredeem_socket = \"x\"\n", 2, "redeem_socket must be a path",
     "[keys]\nredeem_socket = \"/x\"\n"},
    {"RelativeMetricsFile", "[keys]\nmetrics_file = \"x\"\n", 2, "metrics_file must be a path",
     "[keys]\nmetrics_file = \"/x\"\n"},
    {"UnknownStore", "[store]\nurl = \"postgresql://x\"\n", 2, "url must begin with sqlite:/",
     "[store]\nurl = \"rediss://x\"\n"},
    {"RelativeStore", "[store]\nurl = \"sqlite:x.db\"\n", 2, "url must name a file",
     "[store]\nurl = \"sqlite:/x.db\"\n"},
    {"RelativeUnixStore", "[store]\nurl = \"unix:x\"\n", 2, "url must name a file",
     "[store]\nurl = \"unix:/x\"\n"},
    {"PlainRedisOnAnotherHost", "[store]\nurl = \"redis://db1\"\n", 2, "must be on this host",
     "[store]\nurl = \"rediss://db1\"\n"},
    {"RelativePasswordFile", "[store]\npassword_file = \"x\"\n", 2, "password_file must be a path",
     "[store]\npassword_file = \"/x\"\n"},
};

class CheckConfigTest : public testing::TestWithParam<CheckCase> {};

TEST_P(CheckConfigTest, RefusesTheOneWithItsLineAndTakesTheOther) {
  const Result<Config> bad = ParseText(GetParam().bad);
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, GetParam().line, bad));
  const std::string where = "pam_jwt.toml:" + std::to_string(GetParam().line) + ": ";
  EXPECT_TRUE(test::DetailOf(bad).starts_with(where)) << test::DetailOf(bad);
  EXPECT_NE(test::DetailOf(bad).find(GetParam().message), std::string::npos) << test::DetailOf(bad);
  EXPECT_TRUE(Accepted(ParseText(GetParam().good)));
}

TEST(CheckConfig, QuotesNoPassword) {
  for (const char* const line :
       {"proxy = \"http://svc:Summer@p\"", "proxy = \"http://svc:Sum#Summer@p\"",
        "proxy = \"svc:Summer@p\"", "proxy = \"htp://svc:Summer@p\"",
        "proxy = \"http://Sum\\mer@p\"", "proxy = \"http://svc:Summer@p",
        "proxy = http://svc:Summer@p", "proxy = Summer", "jwks_uri = \"https://svc:Summer@p/k\"",
        "metadata_url = \"https://svc:Summer@p/k\"",
        "bearer_token_file = \"/t\"\njwks_uri = \"http://svc:Summer@p/k\"",
        "bearer_token_file = \"/t\"\nmetadata_url = \"HTTP://svc:Summer@p/k\""}) {
    const std::vector<Error> errors = FindConfigErrors({{"pam_jwt.toml", InIssuer(line)}});
    EXPECT_FALSE(errors.empty()) << line;
    for (const Error& error : errors) {
      EXPECT_EQ(error.detail.find("mer"), std::string::npos) << error.detail;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(CheckConfig, CheckConfigTest, testing::ValuesIn(kCases), test::kCaseName);

struct ExportCase {
  const char* name;
  const char* variable;
  const char* claim;
  bool is_well_formed;
};

constexpr ExportCase kExports[] = {
    {"Sso", "SSO_SUBJECT", "sub", true},
    {"Jwt", "JWT_A9_B", "/a/b", true},
    {"AnotherPrefix", "LD_PRELOAD", "sub", false},
    {"PrefixAlone", "SSO_", "sub", false},
    {"LowerCase", "SSO_subject", "sub", false},
    {"Equals", "'SSO_A=B'", "sub", false},
    {"PrefixInside", "XSSO_A", "sub", false},
    {"BadPointer", "SSO_A", "/a~", false},
    {"NoClaim", "SSO_A", "", false},
    {"OurOwn", "PAM_JWT_END", "sub", false},
    {"Hyphen", "SSO_A-B", "sub", false},
    {"GoodPointer", "SSO_A", "/a~0", true},
};

class ExportTest : public testing::TestWithParam<ExportCase> {};

TEST_P(ExportTest, TakesAnExportWhoseNameAndClaimAreWellFormed) {
  const Result<Config> config =
      ParseText("[session]\nexport = { " + std::string(GetParam().variable) + " = \"" +
                GetParam().claim + "\" }\n");
  if (GetParam().is_well_formed) {
    EXPECT_TRUE(Accepted(config));
    return;
  }
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, 2, config));
  EXPECT_NE(test::DetailOf(config).find("export: "), std::string::npos) << test::DetailOf(config);
}

INSTANTIATE_TEST_SUITE_P(CheckConfig, ExportTest, testing::ValuesIn(kExports), test::kCaseName);

}  // namespace
}  // namespace pamjwt
