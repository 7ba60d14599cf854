#include "jwtctl/daemon/keys.h"

#include <filesystem>
#include <string>

#include "core/json/json.h"
#include "jwtctl/daemon/fetched_keys.h"
#include "support/fake_fetcher.h"
#include "unit/jwtctl/daemon/fetched_fixture.h"

namespace pamjwt::ctl {
namespace {

class KeysTest : public FetchedFixture {
 protected:
  int Keys(bool json = false) {
    out_.str("");
    return RunKeys({config_, json}, kNow, out_, err_);
  }
};

TEST_F(KeysTest, ListsTheKeysOfIssuersThatNeedTheDaemon) {
  WriteKeys({Fetched(kStaff, 300), Fetched(kCi, 60)});
  EXPECT_EQ(Keys(), 0) << err_.str();
  EXPECT_TRUE(out_.str().starts_with("ok: 2 issuers, 2 keys\n")) << out_.str();
  EXPECT_TRUE(
      Says("\nissuer staff  https://staff.example.com\n  fetched 5 minutes ago; since "
           "2026-03-01 11:55:00 UTC (5 minutes ago), until 2026-03-02 11:55:00 UTC (in 23 hours)\n"
           "  \"k1\"  EC P-256  "))
      << out_.str();
  EXPECT_FALSE(Says("local"));
}

TEST_F(KeysTest, WarnsOfKeysOlderThanHalfOfMaxStale) {
  WriteKeys({Fetched(kStaff, 43201), Fetched(kCi, 43200)});
  EXPECT_EQ(Keys(), 1);
  EXPECT_TRUE(
      out_.str().starts_with("warning: 2 issuers, 2 keys; staff: fetched 12 hours ago, over half "
                             "of max_stale, 24 hours\n"))
      << out_.str();
}

TEST_F(KeysTest, IsCriticalWhereKeysAreTooOldOrMissing) {
  WriteKeys({Fetched(kStaff, 86401)});
  EXPECT_EQ(Keys(), 2);
  EXPECT_TRUE(Says("; staff: fetched 24 hours ago, too old: max_stale is 24 hours")) << out_.str();
  EXPECT_TRUE(Says("; ci: never fetched")) << out_.str();
}

TEST_F(KeysTest, IsCriticalWithoutAFile) {
  EXPECT_EQ(Keys(), 2);
  EXPECT_TRUE(out_.str().starts_with("critical: ")) << out_.str();
  EXPECT_TRUE(Says("keys.jsonl")) << out_.str();
}

TEST_F(KeysTest, IsCriticalWhereTheDaemonHasKeysThatAreNotInTheFile) {
  WriteKeys({Fetched(kStaff, 300), Fetched(kCi, 60)});
  const auto keys_with = [&](std::int64_t age, const std::string& more) {
    std::filesystem::remove(socket_);
    const test::FakeFetcher daemon(socket_, [&](const VarlinkCall&) {
      return R"({"parameters":{"issuers":[{"name":"staff","url":")" + std::string(kStaff) +
             R"(","keys":2,"fetched":)" + std::to_string(kNow.seconds - age) + more + "}]}}" + '\0';
    });
    return Keys();
  };
  EXPECT_EQ(keys_with(300, ""), 0) << out_.str();
  EXPECT_EQ(keys_with(11, ""), 2);
  EXPECT_TRUE(
      Says("critical: 2 issuers, 2 keys; staff: fetched 5 minutes ago, and jwks-fetcher has newer "
           "keys, which are not in the file\n"))
      << out_.str();
  const std::string error =
      R"(,"file_error":"no space","file_error_since":)" + std::to_string(kNow.seconds - 120);
  EXPECT_EQ(keys_with(0, error), 2);
  EXPECT_TRUE(
      out_.str().starts_with("critical: jwks-fetcher cannot write the key file, for 2 minutes now: "
                             "no space; 2 issuers, 2 keys; "
                             "staff: fetched 5 minutes ago, and jwks-fetcher has newer keys"))
      << out_.str();
  EXPECT_TRUE(Says("\nmake room, or mend owner and mode: see df " + scratch_.Path() + "/, "))
      << out_.str();
  EXPECT_EQ(keys_with(300, error), 2);
}

TEST_F(KeysTest, ADamagedFileIsCritical) {
  scratch_.Write("keys.jsonl", "{\"format\":99}\n");
  EXPECT_EQ(Keys(), 2);
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  EXPECT_EQ(Keys(), 0);
}

TEST_F(KeysTest, SaysWhichKeysBelongToNobody) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0), Fetched("https://old.example.com", 0)});
  EXPECT_EQ(Keys(), 0);
  EXPECT_TRUE(Says("not in the configuration: https://old.example.com\n")) << out_.str();
}

TEST_F(KeysTest, JsonHasTheMembersOfTheHelp) {
  WriteKeys({Fetched(kStaff, 300)});
  EXPECT_EQ(Keys(true), 2);
  const Result<Json> json = ParseJsonObject(out_.str());
  ASSERT_TRUE(json.ok()) << out_.str();
  EXPECT_EQ(*json.value().Find("health")->AsString(), "critical");
  EXPECT_EQ(*json.value().Find("file")->AsString(), scratch_.Path("keys.jsonl"));
  const JsonArray& issuers = *json.value().Find("issuers")->AsArray();
  ASSERT_EQ(issuers.size(), 2U);
  const auto& staff = *issuers[0].Find("name")->AsString() == "staff" ? issuers[0] : issuers[1];
  const auto& ci = *issuers[0].Find("name")->AsString() == "staff" ? issuers[1] : issuers[0];
  EXPECT_EQ(*staff.Find("health")->AsString(), "ok");
  EXPECT_EQ(*staff.Find("fetched")->AsInt(), kNow.seconds - 300);
  EXPECT_EQ(*staff.Find("expires")->AsInt(), kNow.seconds - 300 + 86400);
  EXPECT_EQ(*staff.Find("age_s")->AsInt(), 300);
  const Json& key = staff.Find("keys")->AsArray()->front();
  EXPECT_EQ(*key.Find("kid")->AsString(), "k1");
  EXPECT_EQ(key.Find("thumbprint")->AsString()->size(), 43U);
  EXPECT_EQ(ci.Find("fetched"), nullptr);
  EXPECT_EQ(*ci.Find("detail")->AsString(), "never fetched");
}

TEST(SummarizeKeys, UnknownHidesNothingCriticalAndNoWarningHidesUnknown) {
  const auto health_of = [](Health one, Health other) {
    FetchedKeyFile file;
    for (const Health health : {one, other}) {
      file.issuers.push_back({"x", "https://x.example.com", {}, {}, {health, ""}});
    }
    return Summarize(file).health;
  };
  EXPECT_EQ(health_of(Health::kUnknown, Health::kCritical), Health::kCritical);
  EXPECT_EQ(health_of(Health::kCritical, Health::kUnknown), Health::kCritical);
  EXPECT_EQ(health_of(Health::kWarning, Health::kUnknown), Health::kUnknown);
}

TEST_F(KeysTest, ABadConfigurationIsUnknown) {
  scratch_.Write("pam_jwt.toml", "[login]\nfrobnicate = 1\n");
  EXPECT_EQ(Keys(), 3);
  EXPECT_NE(err_.str().find("pam_jwt.toml:2: "), std::string::npos) << err_.str();
}

TEST_F(KeysTest, WithoutFetchedKeysThereIsNothingToWatch) {
  scratch_.Write("pam_jwt.toml",
                 Issuer("local", "https://local.example.com") + "jwks_file = \"/x\"\n");
  EXPECT_EQ(Keys(), 0);
  EXPECT_EQ(out_.str(), "ok: no issuer needs keys that are fetched\n");
}

TEST_F(KeysTest, SaysThatTheConfigurationCannotBeRead) {
  scratch_.Write("pam_jwt.toml", "[login]\nfrobnicate = 1\n");
  EXPECT_EQ(Keys(), 3);
  EXPECT_EQ(out_.str(), "");
  EXPECT_NE(err_.str().find("pam_jwt.toml:2: "), std::string::npos) << err_.str();
  err_.str("");
  EXPECT_EQ(Keys(true), 3);
  EXPECT_TRUE(out_.str().starts_with(R"({"health":"unknown","detail":")")) << out_.str();
  EXPECT_TRUE(Says("pam_jwt.toml:2: ")) << out_.str();
  EXPECT_TRUE(out_.str().ends_with(",\"issuers\":[]}\n")) << out_.str();
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace pamjwt::ctl
