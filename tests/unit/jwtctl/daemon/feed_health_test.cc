#include "jwtctl/daemon/feed_health.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

constexpr UnixTime kNow{1'800'000'000};
constexpr const char* kUrl = "https://ops.example/denied.jwt";

UnixTime Ago(std::int64_t seconds) {
  return {kNow.seconds - seconds};
}

/// The configuration and the facts of a host on which all is well: refresh is 1m.
struct Host {
  Host() {
    config.denylist.url = {kUrl, {0, 1}};
    fleet.list = SortedHead{{kUrl, 7, Ago(300), Ago(-7200), ""}, 2, 100};
    fleet.state = FleetState{};
    fleet.state->checked = Ago(20);
    fleet.state->applied = Ago(240);
    fleet.state->succeeded = Ago(20);
    facts.use = FleetUse::kWarn;
    facts.asked = true;
    facts.fetch = FetcherFeed{};
    facts.fetch->url = kUrl;
    facts.fetch->fetched = Ago(15);
    facts.fetch->all = Json(JsonObject{{"url", JsonString(kUrl)}});
  }

  void Deny() {
    config.denylist.stale.value = StaleList::kDeny;
    facts.use = FleetUse::kDeny;
  }

  Config config;
  FeedFacts facts;
  FleetStatus& fleet = facts.fleet;
};

/// A change of the host, and what is then found: "" for nothing.
struct FeedCase {
  const char* name;
  std::function<void(Host&)> change;
  Health health;
  const char* rule;
  const char* part;
};

const FeedCase kCases[] = {
    {"AllIsWell", [](Host&) {}, Health::kOk, "", ""},
    {"AListThatDoesNotChangeForLong",
     [](Host& host) {
       host.fleet.list->stamp.issued_at = Ago(80'000);
       host.fleet.state->applied = Ago(80'000);
     },
     Health::kOk, "", ""},
    // The end of the list.
    {"TheLastSecond", [](Host& host) { host.fleet.list->stamp.expires = Ago(299); }, Health::kOk,
     "", ""},
    {"PastItsEnd", [](Host& host) { host.fleet.list->stamp.expires = Ago(300); }, Health::kWarning,
     "fleet.stale", "the list is past its end, for 5 minutes: it goes on to count"},
    {"TheLastSecondWithDeny",
     [](Host& host) {
       host.Deny();
       host.fleet.list->stamp.expires = Ago(299);
     },
     Health::kOk, "", ""},
    {"PastItsEndWithDeny",
     [](Host& host) {
       host.Deny();
       host.fleet.list->stamp.expires = Ago(300);
     },
     Health::kCritical, "fleet.stale", ": no token gets a verdict"},
    // No list.
    {"NoListYet",
     [](Host& host) {
       host.facts.use = FleetUse::kNone;
       host.fleet.list.reset();
       host.facts.fetch->fetched.reset();
     },
     Health::kWarning, "fleet.none", "no list has come yet"},
    {"AListThatWasFetchedAndNotApplied",
     [](Host& host) {
       host.facts.use = FleetUse::kNone;
       host.fleet.list.reset();
     },
     Health::kWarning, "fleet.none", "a list was fetched, but does not count yet"},
    {"AListThatWasRemoved", [](Host& host) { host.fleet.list.reset(); }, Health::kCritical,
     "fleet.damaged", "the list is not there, but the denylist of this host says that it counts"},
    {"NoListYetWithDeny",
     [](Host& host) {
       host.Deny();
       host.fleet.list.reset();
       host.facts.fetch->fetched.reset();
     },
     Health::kCritical, "fleet.none", "no list has come yet: no token gets a verdict"},
    {"ADamagedList",
     [](Host& host) {
       host.fleet.list.reset();
       host.fleet.list_error = "fleet.jsonl: is damaged";
     },
     Health::kCritical, "fleet.damaged", "fleet.jsonl: is damaged: no token gets a verdict"},
    // Whether it counts.
    {"AListThatIsNotNamed", [](Host& host) { host.facts.use = FleetUse::kNone; }, Health::kCritical,
     "fleet.unnamed", "the list does not count"},
    {"AHostListThatCannotBeRead", [](Host& host) { host.facts.use.reset(); }, Health::kOk, "", ""},
    {"AUseThatIsNotTheConfigured",
     [](Host& host) { host.config.denylist.stale.value = StaleList::kDeny; }, Health::kWarning,
     "fleet.unnamed", "stale = \"deny\" does not count yet"},
    // Runs of apply.
    {"NeverApplied", [](Host& host) { host.fleet.state.reset(); }, Health::kWarning,
     "fleet.not_applied", "has never run"},
    {"AStateThatCannotBeRead",
     [](Host& host) {
       host.fleet.state.reset();
       host.fleet.state_error = "fleet.status.json: is damaged";
     },
     Health::kWarning, "fleet.state", "fleet.status.json: is damaged"},
    {"CheckedThreePeriodsAgo", [](Host& host) { host.fleet.state->checked = Ago(180); },
     Health::kOk, "", ""},
    {"CheckedLongAgo", [](Host& host) { host.fleet.state->checked = Ago(181); }, Health::kWarning,
     "fleet.not_applied", "last ran 3 minutes ago"},
    // The timer runs each minute, also if the daemon asks more or less often.
    {"CheckedLongAgoThoughTheDaemonAsksOnceADay",
     [](Host& host) {
       host.config.denylist.refresh.value = {24 * 3600};
       host.fleet.state->checked = Ago(181);
     },
     Health::kWarning, "fleet.not_applied", "last ran 3 minutes ago"},
    {"CheckedLongAgoForAShortRefresh",
     [](Host& host) {
       host.config.denylist.refresh.value = {5};
       host.fleet.state->checked = Ago(180);
     },
     Health::kOk, "", ""},
    {"RefusedOnce",
     [](Host& host) {
       host.fleet.state->error = "serial is 6, but 7 was accepted before";
       host.fleet.state->error_since = Ago(180);
     },
     Health::kOk, "fleet.not_taken", "has failed for 3 minutes: serial is 6, but 7 was"},
    {"RefusedForLongThoughTheDaemonAsksOnceADay",
     [](Host& host) {
       host.config.denylist.refresh.value = {24 * 3600};
       host.fleet.state->error = "the signature is wrong";
       host.fleet.state->error_since = Ago(181);
     },
     Health::kWarning, "fleet.not_taken", "the signature is wrong"},
    {"RefusedForLong",
     [](Host& host) {
       host.fleet.state->error = "the signature is wrong";
       host.fleet.state->error_since = Ago(181);
     },
     Health::kWarning, "fleet.not_taken", "the signature is wrong"},
    {"SessionsThatGoOn", [](Host& host) { host.fleet.state->not_ended = 2; }, Health::kCritical,
     "fleet.not_ended", "denied sessions that could not be ended: 2"},
    // Fetches.
    {"AFetchThatFailedOnce",
     [](Host& host) {
       host.facts.fetch->error = "timed out";
       host.facts.fetch->fetched = Ago(180);
     },
     Health::kOk, "fleet.not_fetched", "last fetch failed: timed out; last fetched 3 minutes ago"},
    {"FetchesThatFailForLong",
     [](Host& host) {
       host.facts.fetch->error = "timed out";
       host.facts.fetch->fetched = Ago(181);
     },
     Health::kWarning, "fleet.not_fetched", "timed out"},
    {"NeverFetched",
     [](Host& host) {
       host.facts.fetch->error = "timed out";
       host.facts.fetch->fetched.reset();
     },
     Health::kWarning, "fleet.not_fetched", "timed out; never fetched"},
    {"ADaemonThatHasJustStarted", [](Host& host) { host.facts.fetch->fetched.reset(); },
     Health::kOk, "", ""},
    {"AFetchThatTakesAMinute", [](Host& host) { host.facts.fetch->fetched = Ago(240); },
     Health::kOk, "", ""},
    {"ADaemonThatHangs", [](Host& host) { host.facts.fetch->fetched = Ago(241); }, Health::kWarning,
     "fleet.not_fetched", "; last fetched 4 minutes ago"},
    {"ADaemonThatFetchesNoList", [](Host& host) { host.facts.fetch.reset(); }, Health::kCritical,
     "fleet.not_fetched", "jwks-fetcher does not fetch it"},
    {"ADaemonThatFetchesAnotherList",
     [](Host& host) { host.facts.fetch->url = "https://other.example"; }, Health::kCritical,
     "fleet.not_fetched", "jwks-fetcher fetches another list: https://other.example"},
    {"ADaemonThatDoesNotAnswer",
     [](Host& host) {
       host.facts.fetch.reset();
       host.facts.asked = false;
     },
     Health::kOk, "", ""},
};

class JudgeFeedTest : public testing::TestWithParam<FeedCase> {};

TEST_P(JudgeFeedTest, FindsWhatIsWrong) {
  Host host;
  GetParam().change(host);
  const FeedHealth health = JudgeFeed(host.facts, host.config, kNow);
  const Judgement judgement = health.Judge();
  EXPECT_EQ(judgement.health, GetParam().health) << judgement.text;
  const bool is_well = std::string_view(GetParam().rule).empty();
  ASSERT_EQ(health.problems.size(), is_well ? 0U : 1U) << judgement.text;
  if (is_well) return;
  EXPECT_EQ(health.problems[0].rule, GetParam().rule);
  EXPECT_NE(judgement.text.find(GetParam().part), std::string::npos) << judgement.text;
  EXPECT_FALSE(health.problems[0].fix.empty());
}

INSTANTIATE_TEST_SUITE_P(Feed, JudgeFeedTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(JudgeFeed, DescribesTheListThatCounts) {
  Host host;
  EXPECT_EQ(JudgeFeed(host.facts, host.config, kNow).text,
            "serial 7, 2 entries, made 5 minutes ago, ends in 2 hours");
  host.fleet.list->stamp.serial = 0;
  host.fleet.list->entries = 1;
  host.fleet.list->stamp.issued_at = Ago(-5);  // within leeway
  host.fleet.list->stamp.expires = Ago(3600);
  host.fleet.state->ended = 3;
  EXPECT_EQ(JudgeFeed(host.facts, host.config, kNow).text,
            "serial forgotten, 1 entry, made 0 seconds ago, sessions ended so far: 3");
  host.fleet.list.reset();
  EXPECT_EQ(JudgeFeed(host.facts, host.config, kNow).text, "no list");
}

TEST(JudgeFeed, SaysWhoCanTellWhyThereIsNoList) {
  Host host;
  host.facts.use = FleetUse::kNone;
  host.fleet.list.reset();
  const auto fix = [&host] { return JudgeFeed(host.facts, host.config, kNow).problems.at(0).fix; };
  EXPECT_TRUE(fix().starts_with("run `jwtctl denylist apply`")) << fix();
  host.facts.fetch->fetched.reset();
  EXPECT_NE(fix().find("journalctl -u jwks-fetcher"), std::string::npos) << fix();
}

TEST(JudgeFeed, TheWorstProblemDecides) {
  Host host;
  host.fleet.list->stamp.expires = Ago(3600);
  host.facts.use = FleetUse::kNone;
  host.facts.fetch.reset();
  const FeedHealth health = JudgeFeed(host.facts, host.config, kNow);
  EXPECT_EQ(health.problems.size(), 3U);
  EXPECT_EQ(health.Judge().health, Health::kCritical);
}

TEST(JudgeFeed, GivesProgramsWhatIsKnown) {
  Host host;
  host.fleet.state->ended = 3;
  EXPECT_EQ(
      ToJsonText(JudgeFeed(host.facts, host.config, kNow).all),
      R"({"url":"https://ops.example/denied.jwt","stale":"warn","serial":7,"entries":2,)"
      R"("iat":1799999700,"exp":1800007200,"checked":1799999980,"applied":1799999760,)"
      R"("succeeded":1799999980,"ended":3,"not_ended":0,"fetch":{"url":"https://ops.example/denied.jwt"}})");
  host.fleet.state->reason = "token.too_old";
  host.fleet.state->error = "older";
  host.fleet.state->error_since = Ago(60);
  host.fleet.list.reset();
  host.facts.fetch.reset();
  EXPECT_EQ(ToJsonText(JudgeFeed(host.facts, host.config, kNow).all),
            R"({"url":"https://ops.example/denied.jwt","stale":"warn","checked":1799999980,)"
            R"("applied":1799999760,"succeeded":1799999980,"error_since":1799999940,)"
            R"("reason":"token.too_old","error":"older","ended":3,"not_ended":0})");
}

}  // namespace
}  // namespace pamjwt::ctl
