#include "jwks-fetcher/confine/confinement.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

bool Has(const std::vector<std::string>& paths, const std::string& path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

Config SomeConfig() {
  Config config;
  config.keys.file.value = "/srv/keys/keys.jsonl";
  config.keys.metrics_file.value = "/srv/metrics/x.prom";
  config.store.url.value = "sqlite:/srv/store/x.db";
  config.issuers.resize(2);
  config.issuers[0].ca_file = {"/srv/pki/ca.pem", {0, 3}};
  config.issuers[0].proxy_password_file = {"/srv/proxy/password", {0, 4}};
  config.issuers[1].bearer_token_file = {"/srv/tokens/k8s", {0, 5}};
  config.denylist.ca_file = {"/srv/fleet/ca.pem", {0, 6}};
  config.denylist.proxy_password_file = {"/srv/fleet-proxy/password", {0, 7}};
  return config;
}

TEST(PathsFor, GivesTheDirectoriesOfTheFilesInTheConfiguration) {
  const AllowedPaths paths = PathsFor(SomeConfig(), "/srv/etc/pam_jwt.toml");
  EXPECT_EQ(paths.write, (std::vector<std::string>{"/srv/keys", "/srv/metrics", "/srv/store"}));
  EXPECT_TRUE(Has(paths.read, "/srv/etc"));
  EXPECT_TRUE(Has(paths.read, "/srv/pki"));
  EXPECT_TRUE(Has(paths.read, "/srv/proxy"));
  EXPECT_TRUE(Has(paths.read, "/srv/tokens"));
  EXPECT_TRUE(Has(paths.read, "/srv/fleet"));
  EXPECT_TRUE(Has(paths.read, "/srv/fleet-proxy"));
  EXPECT_TRUE(Has(paths.read, "/etc"));
  EXPECT_FALSE(Has(paths.read, "/"));
  EXPECT_FALSE(Has(paths.read, "/srv"));
}

TEST(PathsFor, NeedsNoDirectoryForAStoreOnAServer) {
  Config config = SomeConfig();
  config.store.url.value = "unix:/run/redis.sock";
  config.store.password_file = {"/srv/secrets/redis", {0, 4}};
  const AllowedPaths paths = PathsFor(config, "/srv/etc/pam_jwt.toml");
  EXPECT_EQ(paths.write, (std::vector<std::string>{"/srv/keys", "/srv/metrics"}));
  EXPECT_TRUE(Has(paths.read, "/srv/secrets"));
  EXPECT_FALSE(Has(paths.read, "/run"));
}

TEST(PathsFor, GivesNoDirectoryForAPasswordFileThatIsEmpty) {
  Config config = SomeConfig();
  config.store.password_file = {"", {0, 4}};  // the default, written down
  EXPECT_FALSE(Has(PathsFor(config, "/srv/etc/pam_jwt.toml").read, "/"));
  config.store.password_file = {"/redis", {0, 4}};
  EXPECT_TRUE(Has(PathsFor(config, "/srv/etc/pam_jwt.toml").read, "/"));
}

TEST(FirstOutside, FindsWhatAReloadAdds) {
  const AllowedPaths allowed = PathsFor(SomeConfig(), "/srv/etc/pam_jwt.toml");
  Config config = SomeConfig();
  config.issuers[1].ca_file = {"/srv/pki/more/ca.pem", {0, 9}};
  EXPECT_EQ(FirstOutside(allowed, PathsFor(config, "/srv/etc/pam_jwt.toml")), "");
  config.issuers[1].ca_file = {"/srv/pki2/ca.pem", {0, 9}};
  EXPECT_EQ(FirstOutside(allowed, PathsFor(config, "/srv/etc/pam_jwt.toml")), "/srv/pki2");
  config.keys.metrics_file.value = "/srv/etc/x.prom";  // may be read, not written
  EXPECT_EQ(FirstOutside(allowed, PathsFor(config, "/srv/etc/pam_jwt.toml")), "/srv/etc");
}

}  // namespace
}  // namespace pamjwt::fetcher
