#include "jwtctl/config/feed_check.h"

#include <string>

#include <gtest/gtest.h>

#include "core/config/config.h"
#include "io/config_file.h"
#include "jwtctl/config/check.h"
#include "jwtctl/exit_code.h"
#include "support/expect.h"
#include "unit/jwtctl/config/login_fixture.h"

namespace pamjwt::ctl {
namespace {

using test::JwkSetText;
using test::TestKey;

/// A configuration with the denylist of a fleet, and a key set of its own.
class FeedCheckTest : public LoginFixture {
 protected:
  FeedCheckTest() { WriteKeys(JwkSetText({TestKey::P256().PublicJwk("fleet")})); }

  void WriteKeys(const std::string& text, unsigned mode = 0644) {
    keys_ = scratch_.Write("fleet.json", text, mode);
    ConfigureFeed("");
  }

  void ConfigureFeed(const std::string& more) {
    Configure("[denylist]\nurl = \"https://ops.example/denied.jwt\"\nkeys = \"" + keys_ + "\"\n" +
              more);
  }

  /// Returns the problems of the key set, one per line. keys is in line 8.
  std::string Problems() {
    const Result<LoadedConfig> loaded = LoadConfig({config_, "web1.example.com"});
    EXPECT_TRUE(test::Accepted(loaded));
    std::string shown;
    if (!loaded.ok()) return shown;
    ExaminedFeed feed = ExamineFeed(loaded.value());
    summary_ = feed.keys.summary;
    for (const ConfigProblem& problem : feed.problems) {
      shown += std::string(Name(problem.severity)) + ": " + Show(problem) + "\n";
    }
    return shown;
  }

  /// Expects one problem, which begins with `begin`.
  void ExpectOne(const std::string& begin) {
    const std::string shown = Problems();
    EXPECT_TRUE(shown.starts_with(begin)) << begin << "\n" << shown;
    EXPECT_EQ(shown.find('\n'), shown.rfind('\n')) << shown;
  }

  std::string keys_;
  std::string summary_;
};

TEST_F(FeedCheckTest, TakesAKeySetOfItsOwn) {
  EXPECT_EQ(Problems(), "");
  EXPECT_EQ(summary_, keys_ + ": 1 usable, 0 not");
  WriteKeys(JwkSetText({TestKey::Ed25519().PublicJwk({.kid = "a", .alg = "", .use = "sig"}),
                        TestKey::Rsa2048().PublicJwk({.kid = "b", .alg = "RS384", .use = ""})}));
  EXPECT_EQ(Problems(), "");
  EXPECT_EQ(summary_, keys_ + ": 2 usable, 0 not");
}

TEST_F(FeedCheckTest, RefusesAFileThatCannotBeUsed) {
  WriteKeys("{}");
  ExpectOne("error: pam_jwt.toml:8: " + keys_ + ": ");
  EXPECT_EQ(summary_, keys_ + ": cannot be used");
  WriteKeys(TestKey::P256().PublicJwk("fleet"));  // a key, but no set
  ExpectOne("error: pam_jwt.toml:8: " + keys_ + ": ");
  keys_ = scratch_.Path("absent.json");
  ConfigureFeed("");
  ExpectOne("error: pam_jwt.toml:8: open " + keys_);
}

TEST_F(FeedCheckTest, RefusesAFileThatOthersCanWrite) {
  scratch_.SetMode("fleet.json", 0664);
  ExpectOne("error: pam_jwt.toml:8: " + keys_ + " may be written by group or others");
  scratch_.SetMode("fleet.json", 0640);
  EXPECT_EQ(Problems(), "");
}

TEST_F(FeedCheckTest, RefusesASetWithoutAUsableKey) {
  WriteKeys(JwkSetText({}));
  ExpectOne("error: pam_jwt.toml:8: " + keys_ + " has no usable key: every list is refused: ");
}

TEST_F(FeedCheckTest, NamesTheKeysThatCannotVerify) {
  const std::string good = TestKey::P256().PublicJwk("fleet");
  WriteKeys(JwkSetText({good, R"({"kty":"RSA","kid":"short","n":"_w","e":"AQAB"})"}));
  ExpectOne("warning: pam_jwt.toml:8: " + keys_ + ": key 2 (kid \"short\"): ");
  WriteKeys(JwkSetText(
      {good, TestKey::P256().PublicJwk({.kid = "spiffe", .alg = "", .use = "jwt-svid"})}));
  ExpectOne(
      "warning: pam_jwt.toml:8: " + keys_ +
      ": EC P-256 key (kid \"spiffe\"): its use, \"jwt-svid\", is not sig: a list that is signed "
      "with it is refused");
  EXPECT_EQ(summary_, keys_ + ": 1 usable, 1 not");
}

// A private key on each host lets each host sign for all others.
TEST_F(FeedCheckTest, RefusesPrivateKeysAndSecrets) {
  const std::string good = TestKey::P256().PublicJwk("fleet");
  WriteKeys(JwkSetText({good, TestKey::P256().PrivateJwk({.kid = "mine", .alg = "", .use = ""})}));
  ExpectOne("error: pam_jwt.toml:8: " + keys_ +
            ": key 2 (kid \"mine\"): has the private member d: a user who can read it can sign "
            "lists for the whole fleet");
  WriteKeys(JwkSetText({good, R"({"kty":"oct","kid":"s","k":"c2VjcmV0"})"}));
  ExpectOne("error: pam_jwt.toml:8: " + keys_ + ": key 2 (kid \"s\"): has the private member k");
  EXPECT_EQ(Problems().find("c2VjcmV0"), std::string::npos);
}

TEST_F(FeedCheckTest, WarnsOfTheKeysOfAnIssuer) {
  keys_ = jwks_;
  ConfigureFeed("");
  ExpectOne("warning: pam_jwt.toml:8: " + keys_ + " is also jwks_file of issuer ci, who can sign ");
}

TEST_F(FeedCheckTest, IsPartOfCheck) {
  const auto check = [this] {
    out_.str("");
    err_.str("");
    return RunCheck({config_, scratch_.Path("denied.jsonl"), "web1.example.com",
                     std::vector<FileUser>{}, std::vector<std::string>{}},
                    out_, err_);
  };
  // The files of the daemon are those of the machine of the test, and are not judged here.
  check();
  EXPECT_EQ(err_.str().find(keys_), std::string::npos) << err_.str();
  EXPECT_NE(out_.str().find("\ndenylist of the fleet  [pam_jwt.toml:7]\n"
                            "  url         https://ops.example/denied.jwt\n"
                            "  keys        " +
                            keys_ +
                            ": 1 usable, 0 not\n"
                            "  refresh     every 60 seconds\n"
                            "  stale       past its end it goes on to count\n"),
            std::string::npos)
      << out_.str();
  WriteKeys(JwkSetText({}));
  EXPECT_EQ(check(), kUsage);
  EXPECT_NE(err_.str().find("error: pam_jwt.toml:8: " + keys_ + " has no usable key"),
            std::string::npos)
      << err_.str();
  Configure("");
  EXPECT_EQ(check(), kOk);
  EXPECT_EQ(out_.str().find("denylist of the fleet"), std::string::npos) << out_.str();
}

}  // namespace
}  // namespace pamjwt::ctl
