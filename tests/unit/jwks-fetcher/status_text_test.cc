#include "jwks-fetcher/status_text.h"

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

IssuerStatus Issuer(const std::string& name, std::size_t keys, const std::string& error = "") {
  IssuerStatus issuer;
  issuer.name = name;
  issuer.keys = keys;
  issuer.error = error;
  return issuer;
}

TEST(StatusText, CountsIssuersWithKeys) {
  EXPECT_EQ(StatusText({}), "0 issuers, 0 with keys");
  EXPECT_EQ(StatusText({Issuer("a", 3), Issuer("b", 0)}), "2 issuers, 1 with keys");
}

TEST(StatusText, SaysThatTheKeyFileCannotBeWritten) {
  IssuerStatus issuer = Issuer("a", 3, "timed out");
  issuer.file_error = "no space";
  EXPECT_EQ(StatusText({issuer}),
            "1 issuer, 1 with keys; the key file cannot be written; last fetch failed: a");
}

TEST(StatusText, NamesIssuersThatFail) {
  EXPECT_EQ(StatusText({Issuer("a", 3, "timed out"), Issuer("b", 1), Issuer("c", 0, "no route")}),
            "3 issuers, 2 with keys; last fetch failed: a, c");
}

TEST(StatusText, NamesFiveAtMost) {
  const std::vector<IssuerStatus> five(5, Issuer("x", 0, "e"));
  EXPECT_EQ(StatusText(five), "5 issuers, 0 with keys; last fetch failed: x, x, x, x, x");
  const std::vector<IssuerStatus> seven(7, Issuer("x", 0, "e"));
  EXPECT_EQ(StatusText(seven),
            "7 issuers, 0 with keys; last fetch failed: x, x, x, x, x and 2 more");
}

TEST(StatusText, SaysThatAConfigurationIsAwaitedOrRefused) {
  ConfigStatus config;
  config.error = "pam_jwt.toml:3: unknown key";
  EXPECT_EQ(StatusText(config, {}, {}), "waits for a configuration: pam_jwt.toml:3: unknown key");
  config.loaded = UnixTime{10};
  EXPECT_EQ(StatusText(config, {Issuer("a", 3)}, {}),
            "1 issuer, 1 with keys; the configuration on disk is refused, and the old one stays in "
            "use: pam_jwt.toml:3: unknown key");
  config.error.clear();
  EXPECT_EQ(StatusText(config, {Issuer("a", 3)}, {}), "1 issuer, 1 with keys");
}

TEST(StatusText, SaysThatTheDenylistCouldNotBeFetched) {
  ConfigStatus config;
  config.loaded = UnixTime{10};
  FeedStatus feed;
  EXPECT_EQ(StatusText(config, {Issuer("a", 3)}, feed), "1 issuer, 1 with keys");
  feed.error = "timed out";
  EXPECT_EQ(StatusText(config, {Issuer("a", 3)}, feed),
            "1 issuer, 1 with keys; the denylist could not be fetched");
}

}  // namespace
}  // namespace pamjwt::fetcher
