#include "jwks-fetcher/fetch/fetcher.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "jwks-fetcher/fetch/key_store.h"
#include "support/config_text.h"
#include "support/fake_clock.h"
#include "support/fake_http.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::fetcher {
namespace {

using test::TestKey;

constexpr std::int64_t kHourMs = 3'600'000;

std::string KeysText(std::string_view kid) {
  return test::JwkSetText({TestKey::P256().PublicJwk(kid)});
}

/// Returns a configuration with one issuer per name: https://NAME.example, with its keys at /jwks.
std::string ConfigText(const std::vector<std::string>& names, std::string_view keys = "") {
  std::string text = "[keys]\n" + std::string(keys) + "\n";
  for (const std::string& name : names) {
    text += "[issuer." + name + "]\nurl = \"https://" + name + ".example\"\njwks_uri = \"https://" +
            name + ".example/jwks\"\naudiences = [\"a\"]\n";
  }
  return text;
}

class FetcherTest : public testing::Test {
 protected:
  void SetUp() override { Restart(); }

  /// Starts anew, as a new process would.
  void Restart() {
    fetcher_ = nullptr;
    store_ = nullptr;
    http_.Forget();
    store_ = KeyStore::Open(path_).value();
    fetcher_ = std::make_unique<Fetcher>(http_, *store_, Clock(), [] { return 0.5; });
    fetcher_->LogTo([this](LogLevel /*level*/, const std::string& line) { log_.push_back(line); });
  }

  /// Returns a clock that moves on by asking_takes_ms_ whenever it is asked.
  TimeSource Clock() {
    return [this] {
      clock_.Advance(asking_takes_ms_);
      return clock_.now();
    };
  }

  void Configure(const std::string& text) { fetcher_->Configure(test::ConfigOf(text)); }

  /// Configures the issuer "a" and fetches its key "old", so that nothing is left to do for an
  /// hour.
  void StartWithKeys() {
    Configure(ConfigText({"a"}));
    fetcher_->Run();
    http_.Respond(200, KeysText("old"));
    fetcher_->Run();
  }

  /// Returns what the file has of an issuer, or nullopt.
  [[nodiscard]] std::optional<IssuerKeys> InFile(std::string_view issuer) const {
    std::ifstream file(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) return std::nullopt;
    const std::vector<IssuerKeys> issuers = ParseKeyFile(text).value();
    for (const IssuerKeys& keys : issuers) {
      if (keys.issuer == issuer) return keys;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string KidInFile() const {
    const std::optional<IssuerKeys> keys = InFile("https://a.example");
    return keys.has_value() ? keys->keys.at(0).kid : "";
  }

  [[nodiscard]] IssuerStatus StatusOfA() const { return fetcher_->IssuerStatuses().at(0); }
  [[nodiscard]] std::int64_t WaitMs() const {
    return fetcher_->NextWake().ms - clock_.now().mono.ms;
  }

  /// Calls Refresh for "a". Returns the ends, one once the call has ended, and keeps the cooldown.
  std::shared_ptr<std::vector<RefreshEnd>> Refresh(RefreshCause cause = RefreshCause::kLogin) {
    auto ends = std::make_shared<std::vector<RefreshEnd>>();
    fetcher_->Refresh("https://a.example", cause, [this, ends](const RefreshOutcome& outcome) {
      ends->push_back(outcome.end);
      told_cooldown_ = outcome.cooldown;
    });
    return ends;
  }

  std::int64_t asking_takes_ms_ = 0;
  std::optional<Seconds> told_cooldown_;  ///< what the last Refresh that ended told of it
  test::TempDir directory_;
  std::string path_ = directory_.Path("keys.jsonl");
  test::FakeClock clock_;
  test::FakeHttp http_;
  std::vector<std::string> log_;
  std::unique_ptr<KeyStore> store_;
  std::unique_ptr<Fetcher> fetcher_;
};

TEST_F(FetcherTest, HasNothingToDoWithoutIssuers) {
  Configure("");
  fetcher_->Run();
  EXPECT_EQ(http_.count(), 0);
  EXPECT_TRUE(fetcher_->AllTried());
  EXPECT_EQ(fetcher_->NextWake().ms, std::numeric_limits<std::int64_t>::max());
}

TEST_F(FetcherTest, LeavesIssuersWithFilesAlone) {
  Configure("[issuer.x]\nurl = \"https://x.example\"\naudiences = [\"a\"]\njwks_file = \"/x\"\n");
  fetcher_->Run();
  EXPECT_EQ(http_.count(), 0);
  EXPECT_TRUE(fetcher_->IssuerStatuses().empty());
}

TEST_F(FetcherTest, FetchesAtOnceAndWritesTheFile) {
  Configure(ConfigText({"a"}));
  EXPECT_EQ(WaitMs(), 0);
  fetcher_->Run();
  EXPECT_FALSE(fetcher_->AllTried());
  http_.Respond(200, KeysText("k"));
  EXPECT_FALSE(fetcher_->AllTried());  // not written yet
  fetcher_->Run();
  EXPECT_TRUE(fetcher_->AllTried());
  const std::optional<IssuerKeys> keys = InFile("https://a.example");
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(keys->keys.at(0).kid, "k");
  EXPECT_EQ(keys->fetched, clock_.now().wall);
  EXPECT_EQ(keys->expires.seconds, clock_.now().wall.seconds + 24 * 60 * 60);
  EXPECT_EQ(log_, std::vector<std::string>({"fetched issuer=a keys=1"}));
}

TEST_F(FetcherTest, FetchesAgainBeforeFreshnessEnds) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  http::HttpResponse response;
  response.status = 200;
  response.cache_control = "max-age=1000";
  response.body = KeysText("k");
  http_.Respond(response);
  fetcher_->Run();
  EXPECT_EQ(WaitMs(), 850'000);
  clock_.Advance(849'999);
  fetcher_->Run();
  EXPECT_EQ(http_.pending(), 0U);
  clock_.Advance(1);
  fetcher_->Run();
  EXPECT_EQ(http_.pending(), 1U);
}

TEST_F(FetcherTest, ReplacesKeysAtOnceAndForgetsTheWithdrawnOnes) {
  StartWithKeys();
  clock_.Advance(kHourMs);
  fetcher_->Run();
  http_.Respond(200, KeysText("new"));
  fetcher_->Run();
  const std::optional<IssuerKeys> keys = InFile("https://a.example");
  ASSERT_EQ(keys->keys.size(), 1U);
  EXPECT_EQ(keys->keys[0].kid, "new");
  EXPECT_EQ(StatusOfA().fetches_changed, 2U);
}

TEST_F(FetcherTest, NotModifiedRenewsTheTimesOfTheKeys) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  http::HttpResponse response;
  response.status = 200;
  response.etag = "\"1\"";
  response.body = KeysText("k");
  http_.Respond(response);
  fetcher_->Run();
  clock_.Advance(kHourMs);
  fetcher_->Run();
  http_.Respond(304, "");
  fetcher_->Run();
  EXPECT_EQ(InFile("https://a.example")->fetched, clock_.now().wall);
  EXPECT_EQ(StatusOfA().fetches_unchanged, 1U);
  EXPECT_EQ(StatusOfA().error, "");
}

TEST_F(FetcherTest, KeepsTheLastGoodKeysAfterEachKindOfFailure) {
  StartWithKeys();
  const UnixTime fetched = clock_.now().wall;
  for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
           {500, KeysText("evil")}, {200, "<html>"}, {200, R"({"keys":[]})"}, {304, ""}}) {
    clock_.Advance(kHourMs);
    fetcher_->Run();
    http_.Respond(status, body);
    fetcher_->Run();
    EXPECT_EQ(KidInFile(), "old") << status << body;
    EXPECT_EQ(InFile("https://a.example")->fetched, fetched);
    EXPECT_NE(StatusOfA().error, "");
  }
  EXPECT_EQ(StatusOfA().failures, 4U);
  EXPECT_EQ(StatusOfA().keys, 1U);
}

TEST_F(FetcherTest, TriesAgainSoonAndThenLater) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  for (const std::int64_t wait : {1'500, 3'000, 6'000, 12'000}) {
    http_.Fail("no route");
    fetcher_->Run();
    EXPECT_EQ(WaitMs(), wait);
    clock_.Advance(wait);
    fetcher_->Run();
  }
  EXPECT_TRUE(fetcher_->AllTried());
  http_.Respond(200, KeysText("k"));
  fetcher_->Run();
  EXPECT_EQ(StatusOfA().failures, 0U);
  EXPECT_EQ(WaitMs(), 3'060'000);
  EXPECT_EQ(log_, std::vector<std::string>({"fetch_failed issuer=a keys=0 detail=\"no route\"",
                                            "fetched issuer=a keys=1"}));
}

TEST_F(FetcherTest, OneIssuerThatHangsDelaysNoOther) {
  Configure(ConfigText({"a", "b"}));
  fetcher_->Run();
  EXPECT_EQ(http_.pending(), 2U);
  http_.Fail("a is down");
  http_.Respond(200, KeysText("of-b"));
  fetcher_->Run();
  EXPECT_TRUE(InFile("https://b.example").has_value());
  EXPECT_FALSE(InFile("https://a.example").has_value());
}

TEST_F(FetcherTest, WritesTogetherWhatEndsTogether) {
  Configure(ConfigText({"a", "b", "c"}));
  fetcher_->Run();
  http_.Respond(200, KeysText("k"));
  fetcher_->Run();
  EXPECT_FALSE(InFile("https://a.example").has_value());
  EXPECT_EQ(WaitMs(), 250);
  clock_.Advance(249);
  http_.Respond(200, KeysText("k"));
  fetcher_->Run();
  EXPECT_FALSE(InFile("https://a.example").has_value());
  clock_.Advance(1);
  fetcher_->Run();
  EXPECT_TRUE(InFile("https://a.example").has_value());
  EXPECT_TRUE(InFile("https://b.example").has_value());
}

TEST_F(FetcherTest, WritesSeldomIfTheFileTakesLongToWrite) {
  Configure(ConfigText({"a"}, "refresh_min = \"1s\"\nrefresh_max = \"1s\""));
  asking_takes_ms_ = 100;  // also from the begin of a write to its end
  fetcher_->Run();
  http_.Respond(200, KeysText("old"));
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "old");
  const MonoTime written = clock_.now().mono;
  asking_takes_ms_ = 0;
  clock_.Advance(1'100);
  fetcher_->Run();
  http_.Respond(200, KeysText("new"));
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "old");
  clock_.Advance(written.ms + 1'899 - clock_.now().mono.ms);
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "old");
  EXPECT_EQ(WaitMs(), 1);
  clock_.Advance(1);
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "new");
}

TEST_F(FetcherTest, WritesAtOnceForALoginThatWaitsHoweverLongThatTakes) {
  Configure(ConfigText({"a"}));
  asking_takes_ms_ = 100;
  fetcher_->Run();
  http_.Respond(200, KeysText("old"));
  fetcher_->Run();
  const auto ends = Refresh();
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(KidInFile(), "new");
  EXPECT_EQ(*ends, std::vector<RefreshEnd>{RefreshEnd::kChanged});
}

TEST_F(FetcherTest, WritesForALoginWhatAnEarlierFetchBrought) {
  for (const bool has_cooldown : {false, true}) {
    Restart();
    Configure(ConfigText({"a"}, "refresh_min = \"1s\"\nrefresh_max = \"1s\""));
    asking_takes_ms_ = 100;  // so the next write but one is not soon
    fetcher_->Run();
    http_.Respond(200, KeysText(has_cooldown ? "second" : "first"));
    fetcher_->Run();
    asking_takes_ms_ = 0;
    if (has_cooldown) {
      Refresh();
      http_.Respond(200, KeysText("second"));
    }
    clock_.Advance(1'100);
    fetcher_->Run();
    http_.Respond(200, KeysText("new"));
    EXPECT_NE(KidInFile(), "new");
    const auto ends = Refresh();
    if (!has_cooldown) http_.Respond(304, "");
    EXPECT_EQ(*ends, std::vector<RefreshEnd>(
                         {has_cooldown ? RefreshEnd::kCooldown : RefreshEnd::kChanged}));
    EXPECT_EQ(KidInFile(), "new");
  }
}

TEST_F(FetcherTest, AsksIssuersThatAreDueTogetherInTheirOrder) {
  std::vector<std::string> names;
  for (int i = 10; i < 60; ++i) names.push_back("n" + std::to_string(i));
  Configure(ConfigText(names));
  fetcher_->Run();
  ASSERT_EQ(http_.pending(), names.size());
  for (const std::string& name : names) {
    EXPECT_EQ(http_.next().url, "https://" + name + ".example/jwks");
    http_.Respond(200, KeysText(name));
  }
  fetcher_->Run();
  EXPECT_TRUE(fetcher_->AllTried());
}

TEST_F(FetcherTest, RefreshBringsNewKeysAndAnswersOnceTheyAreInTheFile) {
  StartWithKeys();
  clock_.Advance(1'000);
  std::optional<std::string> kid;
  fetcher_->Refresh("https://a.example", RefreshCause::kLogin, [&](const RefreshOutcome& outcome) {
    EXPECT_EQ(outcome.end, RefreshEnd::kChanged);
    kid = KidInFile();
  });
  EXPECT_TRUE(http_.next().urgent);
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(kid, "new");
}

TEST_F(FetcherTest, RefreshSaysThatNothingIsNew) {
  StartWithKeys();
  const auto ends = Refresh();
  http_.Respond(200, KeysText("old"));
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kUnchanged}));
  clock_.Advance(kHourMs);
  const auto failed = Refresh();
  http_.Fail("down");
  EXPECT_EQ(*failed, std::vector<RefreshEnd>({RefreshEnd::kUnchanged}));
}

TEST_F(FetcherTest, RefreshKnowsConfiguredIssuersOnly) {
  StartWithKeys();
  std::optional<RefreshEnd> end;
  fetcher_->Refresh("https://evil.example", RefreshCause::kLogin,
                    [&](const RefreshOutcome& outcome) { end = outcome.end; });
  EXPECT_EQ(end, RefreshEnd::kUnknownIssuer);
  EXPECT_EQ(http_.pending(), 0U);
}

TEST_F(FetcherTest, CallsForTheSameIssuerShareOneFetch) {
  StartWithKeys();
  const auto first = Refresh();
  const auto second = Refresh();
  EXPECT_EQ(http_.pending(), 1U);
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(*first, std::vector<RefreshEnd>({RefreshEnd::kChanged}));
  EXPECT_EQ(*second, std::vector<RefreshEnd>({RefreshEnd::kChanged}));
}

TEST_F(FetcherTest, RefreshJoinsAFetchOfTheSchedule) {
  StartWithKeys();
  clock_.Advance(kHourMs);
  fetcher_->Run();
  const auto ends = Refresh();
  EXPECT_EQ(http_.pending(), 1U);
  EXPECT_EQ(http_.hurried(), http_.next().url);
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kChanged}));
  // That fetch was due anyway: no login caused it.
  EXPECT_TRUE(Refresh()->empty());
  EXPECT_EQ(http_.pending(), 1U);
}

TEST_F(FetcherTest, RefreshHasACooldownThatDoubles) {
  StartWithKeys();
  for (const std::int64_t wait : {30'000, 60'000, 120'000}) {
    Refresh();
    ASSERT_EQ(http_.pending(), 1U);
    http_.Respond(200, KeysText("old"));
    EXPECT_EQ(told_cooldown_, std::nullopt);
    EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
    EXPECT_EQ(told_cooldown_, Seconds{wait / 1'000});
    clock_.Advance(wait - 1);
    EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
    EXPECT_EQ(told_cooldown_, Seconds{1});
    clock_.Advance(1);
  }
  EXPECT_EQ(http_.pending(), 0U);
  EXPECT_EQ(StatusOfA().refreshes, 9U);
  EXPECT_EQ(StatusOfA().refreshes_refused, 6U);
}

TEST_F(FetcherTest, RootHeedsNoCooldownAndStartsNone) {
  StartWithKeys();
  for (int i = 0; i < 2; ++i) {
    const auto ends = Refresh(RefreshCause::kRoot);
    ASSERT_EQ(http_.pending(), 1U);
    http_.Respond(200, KeysText("old"));
    EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kUnchanged}));
    EXPECT_EQ(StatusOfA().cooldown, std::nullopt);
  }
  Refresh();
  http_.Respond(200, KeysText("old"));
  EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
  EXPECT_TRUE(Refresh(RefreshCause::kRoot)->empty());
  EXPECT_EQ(http_.pending(), 1U);
  http_.Respond(200, KeysText("old"));
  clock_.Advance(29'000);
  EXPECT_EQ(StatusOfA().cooldown, Seconds{1});  // as before root came
  clock_.Advance(1'000);
  Refresh();
  EXPECT_EQ(http_.pending(), 1U);
}

TEST_F(FetcherTest, RefreshThatFailsHasACooldownToo) {
  StartWithKeys();
  Refresh();
  http_.Fail("down");
  EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
}

TEST_F(FetcherTest, NewKeysEndTheDoubling) {
  StartWithKeys();
  Refresh();
  http_.Respond(200, KeysText("old"));
  clock_.Advance(30'000);
  Refresh();
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
  clock_.Advance(30'000);
  Refresh();
  EXPECT_EQ(http_.pending(), 1U);
}

TEST_F(FetcherTest, SaysUnchangedIfTheNewKeysCouldNotBeWritten) {
  StartWithKeys();
  directory_.MakeDirectory(".keys.jsonl.new");
  const auto ends = Refresh();
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kUnchanged}));
}

TEST_F(FetcherTest, TellsWhatTheFileHasAndNotOnlyWhatItFetched) {
  StartWithKeys();
  const UnixTime written = clock_.now().wall;
  EXPECT_EQ(StatusOfA().file_keys, 1U);
  EXPECT_EQ(StatusOfA().file_fetched, written);
  EXPECT_EQ(StatusOfA().file_error, "");
  EXPECT_EQ(StatusOfA().file_error_since, std::nullopt);
  const std::string in_the_way = directory_.MakeDirectory(".keys.jsonl.new");
  clock_.Advance(60'000);
  const UnixTime failed = clock_.now().wall;
  Refresh();
  http_.Respond(
      200, test::JwkSetText({TestKey::P256().PublicJwk("new"), TestKey::P256().PublicJwk("more")}));
  clock_.Advance(20'000);
  fetcher_->Run();  // fails again
  EXPECT_EQ(StatusOfA().keys, 2U);
  EXPECT_EQ(StatusOfA().fetched, failed);
  EXPECT_EQ(StatusOfA().file_keys, 1U);
  EXPECT_EQ(StatusOfA().file_fetched, written);
  EXPECT_NE(StatusOfA().file_error, "");
  EXPECT_EQ(StatusOfA().file_error_since, failed);
  ASSERT_EQ(rmdir(in_the_way.c_str()), 0);
  clock_.Advance(10'000);
  fetcher_->Run();
  EXPECT_EQ(StatusOfA().file_keys, 2U);
  EXPECT_EQ(StatusOfA().file_fetched, failed);
  EXPECT_EQ(StatusOfA().file_error, "");
  EXPECT_EQ(StatusOfA().file_error_since, std::nullopt);
}

TEST_F(FetcherTest, TellsWhatTheFileHasAfterARestart) {
  StartWithKeys();
  const UnixTime written = clock_.now().wall;
  clock_.Advance(60'000);
  Restart();
  Configure(ConfigText({"a", "b"}));
  EXPECT_EQ(StatusOfA().file_keys, 1U);
  EXPECT_EQ(StatusOfA().file_fetched, written);
  EXPECT_EQ(fetcher_->IssuerStatuses().at(1).file_keys, 0U);
  EXPECT_EQ(fetcher_->IssuerStatuses().at(1).file_fetched, std::nullopt);
}

TEST_F(FetcherTest, TriesToWriteAgainWhenTheDiskWasFull) {
  directory_.MakeDirectory(".keys.jsonl.new");  // in the way, as a full disk would be
  StartWithKeys();
  EXPECT_NE(fetcher_->write_error(), "");
  EXPECT_TRUE(fetcher_->AllTried());
  EXPECT_EQ(KidInFile(), "");
  EXPECT_EQ(WaitMs(), 10'000);
  clock_.Advance(9'999);
  ASSERT_EQ(rmdir(directory_.Path(".keys.jsonl.new").c_str()), 0);
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "");
  clock_.Advance(1);
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "old");
  EXPECT_EQ(fetcher_->write_error(), "");
}

/// The issuer "a" with the key "old" in the file, and the key "new" that could not be written.
/// Since then the disk has room again.
class FetcherAfterAFullDisk : public FetcherTest {
 protected:
  void SetUp() override {
    FetcherTest::SetUp();
    StartWithKeys();
    const std::string in_the_way = directory_.MakeDirectory(".keys.jsonl.new");
    Refresh();
    http_.Respond(200, KeysText("new"));
    EXPECT_NE(fetcher_->write_error(), "");
    EXPECT_EQ(KidInFile(), "old");
    ASSERT_EQ(rmdir(in_the_way.c_str()), 0);
  }
};

TEST_F(FetcherAfterAFullDisk, RefreshWritesAtOnceEvenInItsCooldown) {
  clock_.Advance(250);
  EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
  EXPECT_EQ(KidInFile(), "new");
  EXPECT_EQ(fetcher_->write_error(), "");
}

TEST_F(FetcherAfterAFullDisk, AFloodOfRefreshesDoesNotWriteEachTime) {
  clock_.Advance(249);
  EXPECT_EQ(*Refresh(), std::vector<RefreshEnd>({RefreshEnd::kCooldown}));
  EXPECT_EQ(KidInFile(), "old");
}

TEST_F(FetcherAfterAFullDisk, AFloodOfFetchesDoesNotWriteEachTime) {
  clock_.Advance(249);
  const auto ends = Refresh(RefreshCause::kRoot);
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kUnchanged}));
  EXPECT_EQ(KidInFile(), "old");
}

TEST_F(FetcherAfterAFullDisk, AFetchThatALoginWaitsForWritesAtOnce) {
  clock_.Advance(30'000);
  const auto ends = Refresh();
  ASSERT_EQ(http_.pending(), 1U);
  http_.Respond(200, KeysText("new"));
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kChanged}));
  EXPECT_EQ(KidInFile(), "new");
}

TEST_F(FetcherAfterAFullDisk, TheEndOfAnyFetchWritesSoon) {
  Configure(ConfigText({"a", "b"}));
  fetcher_->Run();
  http_.Fail("down");
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "old");
  EXPECT_EQ(WaitMs(), 250);
  clock_.Advance(250);
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "new");
}

TEST_F(FetcherTest, KeepsTheKeysOfTheFileAfterARestart) {
  StartWithKeys();
  clock_.Advance(kHourMs);
  Restart();
  Configure(ConfigText({"a"}));
  EXPECT_EQ(StatusOfA().keys, 1U);
  fetcher_->Run();
  http_.Fail("the network is not up yet");
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "old");
  EXPECT_EQ(StatusOfA().keys, 1U);
}

TEST_F(FetcherTest, DoesNotCallKeysNewThatTheFileHas) {
  StartWithKeys();
  Restart();
  StartWithKeys();
  EXPECT_EQ(StatusOfA().fetches_unchanged, 1U);
  EXPECT_EQ(StatusOfA().fetches_changed, 0U);
}

TEST_F(FetcherTest, AReloadKeepsIssuersThatStayAndDropsOthers) {
  Configure(ConfigText({"a", "b"}));
  fetcher_->Run();
  http_.Respond(200, KeysText("of-a"));
  http_.Respond(200, KeysText("of-b"));
  fetcher_->Run();
  Configure(ConfigText({"b", "c"}));
  fetcher_->Run();
  ASSERT_EQ(http_.pending(), 1U);
  EXPECT_EQ(http_.next().url, "https://c.example/jwks");
  http_.Respond(200, KeysText("of-c"));
  fetcher_->Run();
  EXPECT_FALSE(InFile("https://a.example").has_value());
  EXPECT_TRUE(InFile("https://b.example").has_value());
  EXPECT_TRUE(InFile("https://c.example").has_value());
}

TEST_F(FetcherTest, AReloadAnswersLoginsThatWaitForAnIssuerThatGoes) {
  StartWithKeys();
  const auto ends = Refresh();
  Configure(ConfigText({"b"}));
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kUnknownIssuer}));
  http_.Respond(200, KeysText("late"));  // is not listened to
  fetcher_->Run();
  EXPECT_FALSE(InFile("https://a.example").has_value());
}

TEST_F(FetcherTest, AReloadFetchesFromANewPlaceAtOnce) {
  StartWithKeys();
  const auto ends = Refresh();
  std::string text = ConfigText({"a"});
  text.replace(text.find("/jwks"), 5, "/moved");
  Configure(text);
  EXPECT_EQ(*ends, std::vector<RefreshEnd>({RefreshEnd::kUnchanged}));
  http_.Respond(200, KeysText("late"));
  EXPECT_EQ(KidInFile(), "old");
  fetcher_->Run();
  EXPECT_EQ(http_.next().url, "https://a.example/moved");
}

// Else a HTTP 304 would keep the keys that were left out away.
TEST_F(FetcherTest, AReloadWithOtherUsesFetchesTheWholeSetAgain) {
  StartWithKeys();
  std::string text = ConfigText({"a"});
  Configure(text);
  fetcher_->Run();
  EXPECT_EQ(http_.pending(), 0U);
  text.insert(text.find("audiences"), "key_use = [\"sig\", \"jwt-svid\"]\n");
  Configure(text);
  fetcher_->Run();
  ASSERT_EQ(http_.pending(), 1U);
  EXPECT_EQ(http_.next().etag, "");
  http_.Respond(200, test::JwkSetText({test::TestKey::P256().PublicJwk({"svid", "", "jwt-svid"})}));
  fetcher_->Run();
  EXPECT_EQ(KidInFile(), "svid");
}

TEST_F(FetcherTest, AReloadTakesOverAShorterInterval) {
  StartWithKeys();
  Configure(ConfigText({"a"}, "refresh_max = \"10m\""));
  EXPECT_EQ(WaitMs(), 600'000);
}

TEST_F(FetcherTest, KeepsItsScheduleWhenTheClockIsSetBack) {
  StartWithKeys();
  clock_.Advance(60'000);
  clock_.SetWallForward(-86'400);
  fetcher_->Run();
  EXPECT_EQ(http_.pending(), 0U);
  EXPECT_EQ(WaitMs(), 3'000'000);
  // Not in the future, where the module would refuse it, but as old as it is.
  EXPECT_EQ(InFile("https://a.example")->fetched.seconds, clock_.now().wall.seconds - 60);
}

TEST_F(FetcherTest, FetchesSoonWhenTheClockJumpsForward) {
  StartWithKeys();
  const UnixTime fetched = clock_.now().wall;
  clock_.SetWallForward(86'400);
  fetcher_->Run();
  EXPECT_EQ(InFile("https://a.example")->fetched, fetched);
  EXPECT_EQ(WaitMs(), 2'500);
  clock_.Advance(2'500);
  fetcher_->Run();
  EXPECT_EQ(http_.pending(), 1U);
}

TEST_F(FetcherTest, DoesNotMindAClockThatIsCorrectedALittle) {
  StartWithKeys();
  const UnixTime fetched = clock_.now().wall;
  for (const std::int64_t step : {1, -1, 1, 50}) {
    clock_.SetWallForward(step);
    fetcher_->Run();
  }
  EXPECT_EQ(InFile("https://a.example")->fetched, fetched);
  EXPECT_GT(WaitMs(), 1'000'000);
}

TEST_F(FetcherTest, TheNextFetchCorrectsTimesInTheFuture) {
  StartWithKeys();
  clock_.SetWallForward(-1'000'000);
  Restart();
  Configure(ConfigText({"a"}));
  EXPECT_EQ(StatusOfA().fetched->seconds, clock_.now().wall.seconds + 1'000'000);
  fetcher_->Run();
  http_.Respond(200, KeysText("old"));
  fetcher_->Run();
  EXPECT_EQ(InFile("https://a.example")->fetched, clock_.now().wall);
}

TEST_F(FetcherTest, TellsTheStateOfAnIssuer) {
  StartWithKeys();
  clock_.Advance(60'000);
  const IssuerStatus status = StatusOfA();
  EXPECT_EQ(status.name, "a");
  EXPECT_EQ(status.url, "https://a.example");
  EXPECT_EQ(status.fetched->seconds, clock_.now().wall.seconds - 60);
  EXPECT_EQ(status.expires->seconds, status.fetched->seconds + 86'400);
  EXPECT_EQ(status.next->seconds, clock_.now().wall.seconds + 3'000);
  EXPECT_EQ(status.skew, std::nullopt);
}

TEST_F(FetcherTest, TellsWhichKeysItLeftOut) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  const std::string secret = R"({"kty":"oct","kid":"s","k":"AAAA"})";
  http_.Respond(200, test::JwkSetText({TestKey::P256().PublicJwk("k"), secret}));
  EXPECT_EQ(StatusOfA().skipped, 1U);
  ASSERT_EQ(log_.size(), 2U);
  EXPECT_EQ(log_[1].find("key_skipped issuer=a keys=1 detail="), 0U);
}

TEST_F(FetcherTest, TellsWhyItLeftEveryKeyOut) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  http_.Respond(200, test::JwkSetText({R"({"kty":"oct","kid":"s","k":"AAAA"})",
                                       R"({"kty":"oct","kid":"t","k":"AAAA"})"}));
  EXPECT_EQ(StatusOfA().skipped, 2U);
  EXPECT_EQ(StatusOfA().skipped_keys.at(1), "kid \"t\": has the private member k");
  EXPECT_EQ(StatusOfA().keys, 0U);
  ASSERT_EQ(log_.size(), 3U);
  EXPECT_EQ(log_[0].find("fetch_failed issuer=a"), 0U) << log_[0];
  EXPECT_EQ(log_[1],
            "key_skipped issuer=a keys=0 detail=\"kid \\\"s\\\": has the private member k\"");
}

TEST_F(FetcherTest, CountsTheKeysLeftOutOfTheNewSetAfterAReload) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  const std::string secret = R"({"kty":"oct","kid":"s","k":"AAAA"})";
  http_.Respond(200, test::JwkSetText({TestKey::P256().PublicJwk("k"), secret}));
  ASSERT_EQ(StatusOfA().skipped, 1U);
  Configure(
      "[issuer.a]\nurl = \"https://a.example\"\njwks_uri = \"https://a.example/new\"\n"
      "audiences = [\"a\"]\n");
  EXPECT_EQ(StatusOfA().skipped, 1U);
  fetcher_->Run();
  http_.Respond(200, KeysText("k"));
  EXPECT_EQ(StatusOfA().skipped, 0U);
}

TEST_F(FetcherTest, AnIssuerCannotFillTheLog) {
  Configure(ConfigText({"a"}));
  fetcher_->Run();
  std::vector<std::string> keys(200, R"({"kty":"oct","k":"AAAA"})");
  keys.push_back(TestKey::P256().PublicJwk("k"));
  http_.Respond(200, test::JwkSetText(keys));
  EXPECT_EQ(StatusOfA().skipped, 200U);
  EXPECT_EQ(log_.size(), 18U);
  EXPECT_NE(log_.back().find("and 184 more"), std::string::npos) << log_.back();
}

TEST_F(FetcherTest, ACallbackMayReload) {
  StartWithKeys();
  bool is_answered = false;
  fetcher_->Refresh("https://a.example", RefreshCause::kLogin,
                    [&](const RefreshOutcome& /*outcome*/) {
                      is_answered = true;
                      Configure(ConfigText({"b"}));
                    });
  http_.Respond(200, KeysText("new"));
  EXPECT_TRUE(is_answered);
  EXPECT_EQ(fetcher_->IssuerStatuses().at(0).name, "b");
}

}  // namespace
}  // namespace pamjwt::fetcher
