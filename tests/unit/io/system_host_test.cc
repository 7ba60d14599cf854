#include "io/system_host.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect_origin.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedAt;
using test::RefusedFor;
using test::TempDir;
using test::TestKey;

class SystemHostTest : public testing::Test {
 protected:
  /// An issuer with `key` = the path of `file` in line 4, and `more` behind it.
  [[nodiscard]] Issuer IssuerWith(const std::string& key, const std::string& file,
                                  const std::string& more = "") const {
    const std::string path = directory_.Path(file);
    return test::ConfigOf(test::InIssuer(key + " = \"" + path + "\"\n" + more)).issuers.front();
  }

  Result<std::string> ReadSecret(const std::string& content) {
    directory_.Write("secret", content);
    const Result<SecretString> secret = host_.ReadSecret(IssuerWith("secret_file", "secret"));
    if (!secret.ok()) return secret.error();
    return std::string(secret.value().view());
  }

  const TempDir directory_;
  SystemHost host_{Owners{geteuid()}};
};

TEST_F(SystemHostTest, FindsKeysInTheFileOfTheIssuer) {
  directory_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k1"),
                                                  TestKey::Rsa2048().PublicJwk("k2")}));
  const Issuer issuer = IssuerWith("jwks_file", "jwks.json");
  const Result<std::vector<Jwk>> keys = host_.FindKeys(issuer, {"k2", Algorithm::kRs256});
  ASSERT_TRUE(Accepted(keys));
  ASSERT_EQ(keys.value().size(), 1U);
  EXPECT_EQ(keys.value().front().kid, "k2");
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, host_.FindKeys(issuer, {"k3", Algorithm::kRs256})));
}

TEST_F(SystemHostTest, FindsNoKeysWhereTheFileIsMissingOrNoKeySet) {
  const Issuer issuer = IssuerWith("jwks_file", "jwks.json");
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 4, host_.FindKeys(issuer, {"k", Algorithm::kEs256})));
  directory_.Write("jwks.json", "<html>");
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 4, host_.FindKeys(issuer, {"k", Algorithm::kEs256})));
  directory_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k")}));
  EXPECT_TRUE(Accepted(host_.FindKeys(issuer, {"k", Algorithm::kEs256})));
  directory_.SetMode("jwks.json", 0666);
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 4, host_.FindKeys(issuer, {"k", Algorithm::kEs256})));
}

TEST_F(SystemHostTest, FindsOnlyKeysOfTheThumbprints) {
  directory_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k")}));
  const Result<JwkSet> set = LoadJwkSet(directory_.Path("jwks.json"), Owners{geteuid()});
  ASSERT_TRUE(Accepted(set));
  const std::string own = Thumbprint(set.value().keys.front()).value();
  const auto find = [&](const std::string& thumbprint) {
    return host_.FindKeys(
        IssuerWith("jwks_file", "jwks.json", "thumbprints = [\"" + thumbprint + "\"]\n"),
        {"k", Algorithm::kEs256});
  };
  EXPECT_TRUE(Accepted(find(own)));
  EXPECT_TRUE(
      RefusedAt(Reason::kKeyUnknown, 5, find("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")));
}

// What the daemon would fetch is not there in this version.
TEST_F(SystemHostTest, HasNoKeysForAnIssuerWithoutAFile) {
  const Config config = test::ConfigOf(test::InIssuer(""));
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 1,
                        host_.FindKeys(config.issuers.front(), {"k", Algorithm::kEs256})));
}

TEST_F(SystemHostTest, TakesOneTrailingNewlineOffASecret) {
  EXPECT_EQ(ReadSecret("secret").value(), "secret");
  EXPECT_EQ(ReadSecret("secret\n").value(), "secret");
  EXPECT_EQ(ReadSecret("secret\n\n").value(), "secret\n");
  EXPECT_EQ(ReadSecret("secret\r\n").value(), "secret\r");
  EXPECT_EQ(ReadSecret("\nsecret ").value(), "\nsecret ");
  EXPECT_EQ(ReadSecret("\n").value(), "");
  EXPECT_EQ(ReadSecret("").value(), "");
  EXPECT_EQ(ReadSecret(std::string("a\0b\n", 4)).value(), std::string("a\0b", 3));
}

TEST_F(SystemHostTest, ReadsSecretsOfAtMost4096Bytes) {
  EXPECT_TRUE(Accepted(ReadSecret(std::string(4096, 's'))));
  EXPECT_TRUE(RefusedAt(Reason::kSecretUnusable, 4, ReadSecret(std::string(4097, 's'))));
}

TEST_F(SystemHostTest, ReadsNoSecretThatIsMissingOrThatOthersMayWrite) {
  const Issuer issuer = IssuerWith("secret_file", "secret");
  EXPECT_TRUE(RefusedAt(Reason::kSecretUnusable, 4, host_.ReadSecret(issuer)));
  directory_.Write("secret", "secret");
  EXPECT_TRUE(Accepted(host_.ReadSecret(issuer)));
  directory_.SetMode("secret", 0620);
  EXPECT_TRUE(RefusedAt(Reason::kSecretUnusable, 4, host_.ReadSecret(issuer)));
}

TEST_F(SystemHostTest, ReadsAMapFileOnce) {
  const std::string path = directory_.Path("map");
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, host_.ReadMapFile(path)));
  directory_.Write("map", "alice alice\n");
  const Result<std::string_view> first = host_.ReadMapFile(path);
  ASSERT_TRUE(Accepted(first));
  EXPECT_EQ(first.value(), "alice alice\n");
  directory_.Write("map", "other");
  const Result<std::string_view> second = host_.ReadMapFile(path);
  ASSERT_TRUE(Accepted(second));
  EXPECT_EQ(second.value().data(), first.value().data());
  EXPECT_EQ(first.value(), "alice alice\n");
}

TEST_F(SystemHostTest, FindsAccountsByTheirName) {
  const Result<std::optional<SystemAccount>> root = host_.FindAccount("root");
  ASSERT_TRUE(Accepted(root));
  ASSERT_TRUE(root.value().has_value());
  EXPECT_EQ(root.value()->name, "root");
  EXPECT_EQ(root.value()->uid, 0U);
}

TEST_F(SystemHostTest, FindsNoAccountThatDoesNotExist) {
  for (const char* const name : {"no-such-account-here", "", "ROOT"}) {
    const Result<std::optional<SystemAccount>> account = host_.FindAccount(name);
    ASSERT_TRUE(Accepted(account)) << name;
    EXPECT_FALSE(account.value().has_value()) << name;
  }
}

TEST(LoadJwkSet, ReportsTheKeysThatItSkipped) {
  const TempDir directory;
  const std::string path = directory.Write(
      "jwks.json",
      test::JwkSetText({TestKey::Secret().PublicJwk("secret"), TestKey::P256().PublicJwk("good")}));
  const Result<JwkSet> set = LoadJwkSet(path, Owners{geteuid()});
  ASSERT_TRUE(Accepted(set));
  ASSERT_EQ(set.value().keys.size(), 1U);
  ASSERT_EQ(set.value().skipped.size(), 1U);
  EXPECT_EQ(set.value().skipped.front().kid, "secret");
}

TEST(LoadJwkSet, NamesTheFileThatIsNone) {
  const TempDir directory;
  const std::string path = directory.Write("jwks.json", "[]");
  const Result<JwkSet> set = LoadJwkSet(path, Owners{geteuid()});
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, set));
  EXPECT_TRUE(test::DetailOf(set).starts_with(path + ": ")) << test::DetailOf(set);
}

}  // namespace
}  // namespace pamjwt
