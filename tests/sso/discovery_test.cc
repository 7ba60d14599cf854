// How Provider finds a provider, and what it says if there is none.
#include <filesystem>
#include <string>

#include "sso/provider_case.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::LoopbackServer;

using DiscoveryTest = ProviderCase;

TEST_F(DiscoveryTest, ReadsTheMetadataOfOpenIdConnect) {
  const Result<Provider> provider = Discover();
  ASSERT_TRUE(Accepted(provider));
  EXPECT_EQ(provider.value().metadata().token_endpoint, server_.Url("/token"));
  EXPECT_EQ(server_.requests().size(), 1U);
  EXPECT_EQ(server_.requests().at(0).method, "GET");
  EXPECT_TRUE(server_.requests().at(0).fields.at("user-agent").starts_with("jwt-sso/"));
}

TEST_F(DiscoveryTest, AsksForMetadataOfOauthIfThereIsNothingElse) {
  Answer(kOauth, {.body = Metadata()});
  Answer(kOpenId, {.status = 404});
  EXPECT_TRUE(Accepted(Discover()));
  Answer(kOpenId, {.status = 403});
  EXPECT_TRUE(FailedWith(
      Reason::kKeysMissing,
      {server_.Url(kOpenId) + ": the provider answered 403", "check the issuer of the profile"},
      Discover()));
  EXPECT_EQ(RequestsFor(kOauth).size(), 1U);
}

TEST_F(DiscoveryTest, NamesTheLastPlaceIfNeitherIsThere) {
  Answer(kOpenId, {.status = 404});
  EXPECT_TRUE(FailedWith(
      Reason::kKeysMissing,
      {server_.Url(kOauth) + ": the provider answered 404", "check the issuer of the profile"},
      Discover()));
}

TEST_F(DiscoveryTest, RefusesTheMetadataOfAnotherIssuer) {
  std::string metadata = Metadata();
  Answer(kOpenId, {.body = metadata.replace(metadata.find(server_.Url("")), 8, "https://x.")});
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {server_.Url(kOpenId), "of the issuer"}, Discover()));
}

TEST_F(DiscoveryTest, SaysThatAPageIsNoMetadata) {
  Answer(kOpenId, {.body = "<html>Welcome</html>"});
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {server_.Url(kOpenId), "metadata"}, Discover()));
}

TEST_F(DiscoveryTest, SaysWhenAProviderMayBeAskedAgain) {
  Answer(kOpenId, {.status = 429, .fields = "Retry-After: 17\r\n"});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"429, too many requests: try again in 17 seconds"},
                         Discover()));
  Answer(kOpenId, {.status = 503, .body = "<html>"});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing,
                         {"answered 503: try again later, or tell its administrator"}, Discover()));
}

TEST_F(DiscoveryTest, SaysThatANameHasNoAddress) {
  profile_.issuer = "https://nowhere.invalid";
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"https://nowhere.invalid/", "resolve", "network"},
                         Discover()));
}

TEST_F(DiscoveryTest, SaysThatNobodyListens) {
  {
    const LoopbackServer down(ca_.MakeServer(), nullptr);
    profile_.issuer = down.Url("");
  }
  EXPECT_TRUE(
      FailedWith(Reason::kKeysMissing, {"Failed to connect", "or try again later"}, Discover()));
}

TEST_F(DiscoveryTest, SaysWhichAuthoritiesAreTrusted) {
  profile_.ca_file = directory_.Write("other.pem", test::TestCa("another CA").Pem());
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"certificate", profile_.ca_file, "set ca_file"},
                         Discover()));
  profile_.ca_file.clear();
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"certificate", "ca_file is not set", "set ca_file"},
                         Discover()));
  profile_.ca_file = directory_.Path("none.pem");
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"none.pem"}, Discover()));
}

TEST_F(DiscoveryTest, WaitsNoLongerThanTheDeadline) {
  Answer(kOpenId, {.hangs = true});
  const std::int64_t late = After(10'000);
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"timed out", "too slow: try again later"},
                         Provider::Discover(profile_, After(300))));
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"timed out", "too slow: try again later"},
                         Provider::Discover(profile_, MonotonicNs())));
  EXPECT_LT(MonotonicNs(), late);
}

TEST_F(DiscoveryTest, FollowsARedirectWithinTheOriginAlone) {
  Answer("/new", {.body = Metadata()});
  Answer(kOpenId, {.status = 302, .fields = "Location: /new\r\n"});
  EXPECT_TRUE(Accepted(Discover()));
  Answer(kOpenId, {.status = 302, .fields = "Location: https://other.test/new\r\n"});
  EXPECT_TRUE(FailedWith(
      Reason::kKeysMissing,
      {"another origin, \"https://other.test\"", "write the issuer in the profile"}, Discover()));
}

TEST_F(DiscoveryTest, TakesADocumentOf256KiBAndNoLonger) {
  const std::string rest = Metadata();
  const std::string blank(oauth::kMaxMetadataBytes - rest.size(), ' ');
  Answer(kOpenId, {.body = blank + rest});
  EXPECT_TRUE(Accepted(Discover()));
  Answer(kOpenId, {.body = blank + " " + rest});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"more than 262144 bytes"}, Discover()));
}

TEST_F(DiscoveryTest, SpeaksPlainHttpOnlyWithAnIssuerOnThisHost) {
  std::string metadata;
  const LoopbackServer plain(nullptr,
                             [&](test::Connection& connection, const test::ServerRequest&) {
                               connection.Respond(200, "", metadata);
                             });
  profile_.issuer = plain.Url("", "localhost");
  metadata = R"({"issuer":")" + profile_.issuer + R"(","token_endpoint":")" + profile_.issuer +
             R"(/token"})";
  EXPECT_TRUE(Accepted(Discover()));
  profile_.issuer = plain.Url("");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Discover()));
  EXPECT_EQ(plain.connections(), 1);
}

/// Answers as a proxy that reaches nobody.
void ReachNobody(test::Connection& connection, const test::ServerRequest& /*request*/) {
  connection.Respond(502, "", "");
}

TEST_F(DiscoveryTest, UsesTheProxyOfTheEnvironment) {
  const LoopbackServer usual(nullptr, ReachNobody);
  test::ProxyEnvironment::Set("https_proxy", usual.Url("", "127.0.0.1"));
  EXPECT_FALSE(Discover().ok());
  EXPECT_EQ(usual.requests().at(0).method, "CONNECT");
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(DiscoveryTest, PrefersTheProxyOfTheProfile) {
  const LoopbackServer usual(nullptr, ReachNobody);
  const LoopbackServer named(nullptr, ReachNobody);
  test::ProxyEnvironment::Set("https_proxy", usual.Url("", "127.0.0.1"));
  profile_.proxy = named.Url("", "127.0.0.1");
  EXPECT_FALSE(Discover().ok());
  EXPECT_EQ(named.requests().at(0).method, "CONNECT");
  EXPECT_EQ(usual.connections() + server_.connections(), 0);
}

TEST_F(DiscoveryTest, ReadsTheSecretOfTheClientFirst) {
  profile_.client_secret_file = directory_.Write("secret", "s3cr3t\n", 0644);
  EXPECT_TRUE(FailedWith(Reason::kConfigInvalid, {"client_secret_file", "chmod o-r"}, Discover()));
  EXPECT_EQ(server_.connections(), 0);
  directory_.SetMode("secret", 0600);
  EXPECT_TRUE(Accepted(Discover()));
}

TEST_F(DiscoveryTest, FollowsLinksToFilesAndTrustsThemByWhereTheyAre) {
  profile_.client_secret_file = directory_.Path("link");
  std::filesystem::create_symlink(directory_.Write("secret", "s3cr3t\n", 0600),
                                  profile_.client_secret_file);
  std::filesystem::create_symlink("ca.pem", directory_.Path("ca-link.pem"));
  profile_.ca_file = directory_.Path("ca-link.pem");
  EXPECT_TRUE(Accepted(Discover()));
  directory_.SetMode("secret", 0604);
  EXPECT_TRUE(FailedWith(Reason::kConfigInvalid, {directory_.Path("secret")}, Discover()));
}

TEST_F(DiscoveryTest, RefusesAProviderThatTakesNoSecret) {
  profile_.client_secret_file = directory_.Write("secret", "s3cr3t\n", 0600);
  Answer(kOpenId,
         {.body = Metadata(R"("token_endpoint_auth_methods_supported":["private_key_jwt"],)")});
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {"takes no client secret"}, Discover()));
  profile_.client_secret_file.clear();
  EXPECT_TRUE(Accepted(Discover()));
}

}  // namespace
}  // namespace pamjwt::sso
