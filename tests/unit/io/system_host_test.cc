#include "io/system_host.h"

#include <unistd.h>

#include <filesystem>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/keys/key_file.h"
#include "io/fetcher_interface.h"
#include "support/config_text.h"
#include "support/expect_origin.h"
#include "support/fake_fetcher.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedAt;
using test::RefusedFor;
using test::TempDir;
using test::TestKey;

const KeyQuery kQuery = {"k", Algorithm::kEs256};

class SystemHostTest : public testing::Test {
 protected:
  /// Returns an issuer with `key` = the path of `file` in line 4, and `more` behind it.
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
  const Result<FoundKeys> found = host_.FindKeys(issuer, {"k2", Algorithm::kRs256});
  ASSERT_TRUE(Accepted(found));
  ASSERT_EQ(found.value().keys.size(), 1U);
  EXPECT_EQ(found.value().keys.front().kid, "k2");
  EXPECT_FALSE(found.value().fetched.has_value());

  const Result<FoundKeys> without_kid = host_.FindKeys(issuer, {"", Algorithm::kRs256});
  ASSERT_TRUE(Accepted(without_kid));
  EXPECT_EQ(without_kid.value().keys.size(), 2U);
}

TEST_F(SystemHostTest, FindsNoKeysWhereTheFileIsMissingOrNoKeySet) {
  const Issuer issuer = IssuerWith("jwks_file", "jwks.json");
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 4, host_.FindKeys(issuer, kQuery)));
  directory_.Write("jwks.json", "<html>");
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 4, host_.FindKeys(issuer, kQuery)));
  directory_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k")}));
  EXPECT_TRUE(Accepted(host_.FindKeys(issuer, kQuery)));
  directory_.SetMode("jwks.json", 0666);
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 4, host_.FindKeys(issuer, kQuery)));
}

/// The keys that the daemon fetched, and the issuer https://sso.example, whose keys they are.
class FetchedKeysOfHostTest : public SystemHostTest {
 protected:
  void Write(const char* issuer, UnixTime fetched) const {
    const Jwk key = test::PublicKey(TestKey::P256(), {"k", "", ""});
    directory_.Write("keys.jsonl", FormatKeyFile({{issuer, fetched, fetched, {key}}}).value());
  }

  [[nodiscard]] SystemHost Host(AskingDaemon asking = AskingDaemon::kAllowed) const {
    return SystemHost(Owners{geteuid()}, config_.keys, asking);
  }

  const Config config_ = test::ConfigOf("[keys]\nfile = \"" + directory_.Path("keys.jsonl") +
                                        "\"\npublic_socket = \"" + directory_.Path("public") +
                                        "\"\n" + test::InIssuer(""));
  const Issuer& issuer_ = config_.issuers.front();
};

TEST_F(FetchedKeysOfHostTest, FindsKeysInTheFileOfTheDaemon) {
  Write("https://sso.example", UnixTime{1000});
  const Result<FoundKeys> found = Host().FindKeys(issuer_, kQuery);
  ASSERT_TRUE(Accepted(found));
  ASSERT_EQ(found.value().keys.size(), 1U);
  EXPECT_EQ(found.value().fetched, UnixTime{1000});
}

TEST_F(FetchedKeysOfHostTest, FindsOnlyTheKeysOfTheIssuersUrl) {
  Write("https://sso.example/", UnixTime{1000});
  const Result<FoundKeys> found = Host().FindKeys(issuer_, kQuery);
  ASSERT_TRUE(Accepted(found));
  EXPECT_TRUE(found.value().keys.empty());
  EXPECT_FALSE(found.value().fetched.has_value());
}

TEST_F(FetchedKeysOfHostTest, FindsNoKeysWithoutTheFileOfTheDaemon) {
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 2, Host().FindKeys(issuer_, kQuery)));
  Write("https://sso.example", UnixTime{1000});
  EXPECT_TRUE(Accepted(Host().FindKeys(issuer_, kQuery)));
}

// A user who can write the daemon's file must not speak for an issuer that has a file of its own.
TEST_F(FetchedKeysOfHostTest, DoesNotTakeFetchedKeysForAnIssuerThatHasAFile) {
  Write("https://sso.example", UnixTime{1000});
  directory_.Write("jwks.json", test::JwkSetText({TestKey::Rsa2048().PublicJwk("own")}));
  const Issuer issuer = IssuerWith("jwks_file", "jwks.json");
  const Result<FoundKeys> fetched = Host().FindKeys(issuer, kQuery);
  ASSERT_TRUE(Accepted(fetched));
  EXPECT_TRUE(fetched.value().keys.empty());
  const Result<FoundKeys> own = Host().FindKeys(issuer, {"own", Algorithm::kRs256});
  ASSERT_TRUE(Accepted(own));
  ASSERT_EQ(own.value().keys.size(), 1U);
  EXPECT_EQ(own.value().keys.front().kid, "own");
}

struct RefreshCase {
  const char* name;
  std::string answer;
  bool read_again;
};

const RefreshCase kRefreshes[] = {
    {"Changed", test::FakeFetcher::Refreshed(true), true},
    {"Unchanged", test::FakeFetcher::Refreshed(false), true},
    {"Cooldown", test::FakeFetcher::InCooldown(23), true},
    {"UnknownIssuer", test::FakeFetcher::Failed(kUnknownIssuerError), false},
    {"NoConfiguration", test::FakeFetcher::Failed(kNoConfigurationError), false},
    {"Broken", "no answer", false},
};

class RefreshTest : public FetchedKeysOfHostTest,
                    public testing::WithParamInterface<RefreshCase> {};

TEST_P(RefreshTest, AsksTheDaemonOnceForNewKeys) {
  const test::FakeFetcher daemon(directory_.Path("public"),
                                 [](const VarlinkCall&) { return GetParam().answer; });
  const Result<Refreshed> refreshed = Host().Refresh(issuer_);
  ASSERT_EQ(daemon.calls().size(), 1U);
  EXPECT_EQ(ToJsonText(daemon.calls().front().parameters), R"({"issuer":"https://sso.example"})");
  if (GetParam().read_again) {
    ASSERT_TRUE(Accepted(refreshed));
    EXPECT_TRUE(refreshed.value().asked);
    const bool is_early = std::string_view(GetParam().name) == "Cooldown";
    EXPECT_EQ(refreshed.value().in_cooldown, is_early);
    EXPECT_EQ(refreshed.value().wait, is_early ? std::optional(Seconds{23}) : std::nullopt);
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, refreshed));
  }
}

INSTANTIATE_TEST_SUITE_P(SystemHost, RefreshTest, testing::ValuesIn(kRefreshes), test::kCaseName);

TEST_F(FetchedKeysOfHostTest, AsksForNoKeysUnlessAllowed) {
  const test::FakeFetcher daemon(directory_.Path("public"), [](const VarlinkCall&) {
    return test::FakeFetcher::Refreshed(true);
  });
  const Result<Refreshed> refreshed = Host(AskingDaemon::kNever).Refresh(issuer_);
  ASSERT_TRUE(Accepted(refreshed));
  EXPECT_FALSE(refreshed.value().asked);
  EXPECT_TRUE(daemon.calls().empty());
}

class RedeemOfHostTest : public SystemHostTest {
 protected:
  [[nodiscard]] Result<Redemption> Redeem(AskingDaemon asking = AskingDaemon::kAllowed) const {
    SystemHost host(Owners{geteuid()}, config_.keys, asking);
    return host.Redeem(config_.issuers.front(), "j\"1", UnixTime{1'800'000'630});
  }

  [[nodiscard]] std::string Socket() const { return directory_.Path("redeem"); }

  const Config config_ =
      test::ConfigOf("[keys]\nredeem_socket = \"" + Socket() + "\"\n" + test::InIssuer(""));
};

TEST_F(RedeemOfHostTest, AsksTheDaemonAndSaysWhatItSays) {
  for (const bool first : {true, false}) {
    std::filesystem::remove(Socket());
    const test::FakeFetcher daemon(
        Socket(), [first](const VarlinkCall&) { return test::FakeFetcher::Redeemed(first); });
    const Result<Redemption> redeemed = Redeem();
    ASSERT_TRUE(Accepted(redeemed));
    EXPECT_EQ(redeemed.value(), first ? Redemption::kFirst : Redemption::kUsedBefore);
    ASSERT_EQ(daemon.calls().size(), 1U);
    EXPECT_EQ(daemon.calls().front().method, "io.pamjwt.Fetcher.Redeem");
    EXPECT_EQ(ToJsonText(daemon.calls().front().parameters),
              R"({"issuer":"https://sso.example","jti":"j\"1","expires":1800000630})");
  }
}

TEST_F(RedeemOfHostTest, AsksNobodyUnlessAllowed) {
  const test::FakeFetcher daemon(
      Socket(), [](const VarlinkCall&) { return test::FakeFetcher::Redeemed(false); });
  const Result<Redemption> redeemed = Redeem(AskingDaemon::kNever);
  ASSERT_TRUE(Accepted(redeemed));
  EXPECT_EQ(redeemed.value(), Redemption::kNotAsked);
  EXPECT_TRUE(daemon.calls().empty());
}

struct RedeemFailure {
  const char* name;
  std::string answer;
  const char* advice;
};

const RedeemFailure kRedeemFailures[] = {
    {"StoreUnavailable", test::FakeFetcher::Failed(kStoreUnavailableError), "cannot use its store"},
    {"UnknownIssuer", test::FakeFetcher::Failed(kUnknownIssuerError), "another configuration"},
    {"NotOneTime", test::FakeFetcher::Failed(kNotOneTimeError), "another configuration"},
    {"NoConfiguration", test::FakeFetcher::Failed(kNoConfigurationError), "jwtctl status says why"},
    {"TooManyCalls", test::FakeFetcher::Failed(kTooManyCallsError), "more than 10 calls"},
    {"AnotherError", test::FakeFetcher::Failed("x.Y"), "an unknown answer to Redeem: \"x.Y\""},
    {"WithoutFirst", test::FakeFetcher::Refreshed(true), "an unknown answer to Redeem"},
    {"Broken", std::string("{\0", 2), ""},
};

class RedeemFailureTest : public RedeemOfHostTest,
                          public testing::WithParamInterface<RedeemFailure> {};

TEST_P(RedeemFailureTest, TheFailureGivesNoVerdictAndSaysWhatToDo) {
  const test::FakeFetcher daemon(Socket(), [](const VarlinkCall&) { return GetParam().answer; });
  const Result<Redemption> redeemed = Redeem();
  ASSERT_TRUE(RefusedFor(Reason::kRedeemUnavailable, redeemed));
  EXPECT_NE(redeemed.error().detail.find(GetParam().advice), std::string::npos)
      << redeemed.error().detail;
}

INSTANTIATE_TEST_SUITE_P(SystemHost, RedeemFailureTest, testing::ValuesIn(kRedeemFailures),
                         test::kCaseName);

TEST_F(RedeemOfHostTest, FailsWhereNobodyListens) {
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Redeem()));
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

TEST_F(SystemHostTest, ReadsAMapFileInPieces) {
  const std::string path = directory_.Path("map");
  std::vector<std::string> pieces;
  const TakePiece take = [&](std::string_view piece) {
    pieces.emplace_back(piece);
    return true;
  };
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, host_.ReadMapFile(path, take)));
  EXPECT_TRUE(pieces.empty());
  const std::string text = std::string(100'000, 'a') + std::string(50'000, 'b');
  directory_.Write("map", text);
  EXPECT_TRUE(Accepted(host_.ReadMapFile(path, take)));
  EXPECT_GT(pieces.size(), 1U);
  EXPECT_EQ(std::accumulate(pieces.begin(), pieces.end(), std::string()), text);
}

TEST_F(SystemHostTest, ReadsNoMoreOfAMapFileThanIsWanted) {
  directory_.Write("map", std::string(1'000'000, 'a'));
  int pieces = 0;
  EXPECT_TRUE(Accepted(host_.ReadMapFile(directory_.Path("map"), [&](std::string_view) {
    ++pieces;
    return false;
  })));
  EXPECT_EQ(pieces, 1);
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

TEST(LoadJwkSet, NamesTheFileThatIsNoKeySet) {
  const TempDir directory;
  const std::string path = directory.Write("jwks.json", "[]");
  const Result<JwkSet> set = LoadJwkSet(path, Owners{geteuid()});
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, set));
  EXPECT_TRUE(test::DetailOf(set).starts_with(path + ": ")) << test::DetailOf(set);
}

}  // namespace
}  // namespace pamjwt
