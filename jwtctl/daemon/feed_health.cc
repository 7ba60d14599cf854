#include "jwtctl/daemon/feed_health.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "core/base/duration.h"
#include "io/denylist_file.h"
#include "io/fleet_list.h"
#include "text/count_text.h"

namespace pamjwt::ctl {
namespace {

/// The times that something may fail in a row before it is a warning.
constexpr std::int64_t kPatience = 3;
/// The timer runs `jwtctl denylist apply` this often.
constexpr Seconds kTimerPeriod{60};

constexpr const char* kTimerFix =
    "run `systemctl enable --now pam_jwt-denylist.timer`, and see `journalctl -u pam_jwt-denylist`";
constexpr const char* kApplyFix =
    "run `jwtctl denylist apply`, which says what is wrong, and see `journalctl -u "
    "pam_jwt-denylist`";
constexpr const char* kFetchFix =
    "see what `jwtctl status` says of jwks-fetcher, and `journalctl -u jwks-fetcher`";

std::string Span(UnixTime from, UnixTime to) {
  return SpanInWords({std::max(to.seconds - from.seconds, std::int64_t{0})});
}

class FeedJudge {
 public:
  FeedJudge(const FeedFacts& facts, const Config& config, UnixTime now)
      : facts_(facts), denylist_(config.denylist), now_(now) {}

  FeedHealth Judge() {
    health_.text = DescribeList();
    JudgeList();
    JudgeUse();
    JudgeRuns();
    JudgeFetch();
    health_.all = Json(Members());
    return std::move(health_);
  }

 private:
  // ---- The list that counts

  [[nodiscard]] std::string DescribeList() const {
    const std::optional<SortedHead>& list = facts_.fleet.list;
    if (!list.has_value()) return "no list";
    const FeedStamp& stamp = list->stamp;
    std::string text =
        (stamp.serial == 0 ? "serial forgotten" : "serial " + std::to_string(stamp.serial)) + ", " +
        ShowCount(list->entries, "entry", "entries") + ", made " + Span(stamp.issued_at, now_) +
        " ago";
    if (!IsStale(*list, now_)) text += ", ends in " + Span(now_, stamp.expires);
    const std::int64_t ended = facts_.fleet.state.has_value() ? facts_.fleet.state->ended : 0;
    if (ended > 0) text += ", sessions ended so far: " + std::to_string(ended);
    return text;
  }

  [[nodiscard]] bool Denies() const { return *denylist_.stale == StaleList::kDeny; }

  /// Returns the health of a list without which stale = "deny" stops all tokens.
  [[nodiscard]] Health HealthByStale() const {
    return Denies() ? Health::kCritical : Health::kWarning;
  }

  void JudgeList() {
    const FleetStatus& fleet = facts_.fleet;
    if (!fleet.list_error.empty()) {
      return Add(Health::kCritical, "fleet.damaged", fleet.list_error + ": no token gets a verdict",
                 kApplyFix);
    }
    if (!fleet.list.has_value() && facts_.use == FleetUse::kWarn) {
      return Add(Health::kCritical, "fleet.damaged",
                 "the list is not there, but the denylist of this host says that it counts: no "
                 "token gets a verdict",
                 kApplyFix);
    }
    if (!fleet.list.has_value()) {
      const bool is_fetched = facts_.fetch.has_value() && facts_.fetch->fetched.has_value();
      return Add(HealthByStale(), "fleet.none",
                 std::string(is_fetched ? "a list was fetched, but does not count yet"
                                        : "no list has come yet") +
                     (facts_.use == FleetUse::kDeny ? ": no token gets a verdict" : ""),
                 is_fetched ? kApplyFix : kFetchFix);
    }
    if (!IsStale(*fleet.list, now_)) return;
    Add(HealthByStale(), "fleet.stale",
        "the list is past its end, for " + Span(fleet.list->stamp.expires, now_) +
            (Denies() ? ": no token gets a verdict" : ": it goes on to count"),
        "publish a new one with a later end, and see whether it is fetched");
  }

  /// Judges what the first line of the denylist of the host says.
  void JudgeUse() {
    const bool has_list = facts_.fleet.list.has_value() || !facts_.fleet.list_error.empty();
    if (!facts_.use.has_value() || !has_list) return;
    const FleetUse wanted = Denies() ? FleetUse::kDeny : FleetUse::kWarn;
    if (facts_.use == FleetUse::kNone) {
      Add(Health::kCritical, "fleet.unnamed",
          "the list does not count: the first line of the denylist of this host does not name it",
          "run `jwtctl denylist apply`");
    } else if (facts_.use != wanted) {
      Add(Health::kWarning, "fleet.unnamed",
          std::string("stale = \"") + (Denies() ? "deny" : "warn") +
              "\" does not count yet: the first line of the denylist of this host says otherwise",
          "run `jwtctl denylist apply`");
    }
  }

  // ---- What makes the list

  void JudgeRuns() {
    if (!facts_.fleet.state_error.empty()) {
      Add(Health::kWarning, "fleet.state", facts_.fleet.state_error, kApplyFix);
    }
    const std::optional<FleetState>& state = facts_.fleet.state;
    if (!state.has_value()) {
      if (!facts_.fleet.state_error.empty()) return;
      return Add(Health::kWarning, "fleet.not_applied", "`jwtctl denylist apply` has never run",
                 kTimerFix);
    }
    if (IsLongAgo(state->checked, kTimerPeriod)) {
      Add(Health::kWarning, "fleet.not_applied",
          "`jwtctl denylist apply` last ran " + Span(state->checked, now_) + " ago", kTimerFix);
    }
    if (state->not_ended > 0) {
      Add(Health::kCritical, "fleet.not_ended",
          "denied sessions that could not be ended: " + std::to_string(state->not_ended),
          "`journalctl -u pam_jwt-denylist` names them, and says why");
    }
    if (state->error.empty()) return;
    const UnixTime since = state->error_since.value_or(state->checked);
    // The timer tries again each minute, however rarely the daemon asks for a list.
    const bool is_long = IsLongAgo(since, kTimerPeriod);
    Add(is_long ? Health::kWarning : Health::kOk, "fleet.not_taken",
        "`jwtctl denylist apply` has failed for " + Span(since, now_) + ": " + state->error,
        "see `journalctl -u pam_jwt-denylist`; the last good list counts until then");
  }

  void JudgeFetch() {
    if (!facts_.asked) return;  // the status of the daemon says so
    const std::optional<FetcherFeed>& fetch = facts_.fetch;
    if (!fetch.has_value() || fetch->url != *denylist_.url) {
      return Add(Health::kCritical, "fleet.not_fetched",
                 fetch.has_value() ? "jwks-fetcher fetches another list: " + fetch->url
                                   : "jwks-fetcher does not fetch it",
                 "systemctl reload jwks-fetcher");
    }
    const std::optional<UnixTime>& fetched = fetch->fetched;
    const bool is_long = !fetched.has_value() || IsLongAgo(*fetched, *denylist_.refresh);
    // A fetch may take a minute, and a daemon that has just started has not tried yet.
    const bool is_late =
        fetched.has_value() && IsLongAgo({fetched->seconds + 60}, *denylist_.refresh);
    if (fetch->error.empty() && !is_late) return;
    Add(is_long ? Health::kWarning : Health::kOk, "fleet.not_fetched",
        (fetch->error.empty() ? "" : "last fetch failed: " + fetch->error + "; ") +
            (fetched.has_value() ? "last fetched " + Span(*fetched, now_) + " ago"
                                 : "never fetched"),
        "see the log of jwks-fetcher; the last good list counts until then");
  }

  [[nodiscard]] bool IsLongAgo(UnixTime time, Seconds period) const {
    return now_.seconds - time.seconds > kPatience * period.count;
  }

  void Add(Health health, std::string rule, std::string text, std::string fix) {
    health_.problems.push_back({health, std::move(rule), std::move(text), std::move(fix)});
  }

  // ---- For programs

  [[nodiscard]] JsonObject Members() const {
    JsonObject members{{"url", JsonString(*denylist_.url)},
                       {"stale", JsonString(Denies() ? "deny" : "warn")}};
    const auto add_time = [&members](const char* name, std::optional<UnixTime> time) {
      if (time.has_value()) members.push_back({name, Json(time->seconds)});
    };
    if (facts_.fleet.list.has_value()) {
      const SortedHead& list = *facts_.fleet.list;
      members.push_back({"serial", Json(list.stamp.serial)});
      members.push_back({"entries", Json(static_cast<std::int64_t>(list.entries))});
      add_time("iat", list.stamp.issued_at);
      add_time("exp", list.stamp.expires);
    }
    if (facts_.fleet.state.has_value()) {
      const FleetState& state = *facts_.fleet.state;
      add_time("checked", state.checked);
      add_time("applied", state.applied);
      add_time("succeeded", state.succeeded);
      add_time("error_since", state.error_since);
      if (!state.error.empty()) {
        members.emplace_back("reason", JsonString(state.reason));
        members.emplace_back("error", JsonString(state.error));
      }
      members.push_back({"ended", Json(state.ended)});
      members.push_back({"not_ended", Json(state.not_ended)});
    }
    if (facts_.fetch.has_value()) members.emplace_back("fetch", facts_.fetch->all);
    return members;
  }

  const FeedFacts& facts_;
  const DenylistOptions& denylist_;
  UnixTime now_;
  FeedHealth health_;
};

}  // namespace

Judgement FeedHealth::Judge() const {
  Judgement judgement{Health::kOk, text};
  for (const FeedProblem& problem : problems) {
    judgement.health = WorseOf(judgement.health, problem.health);
    judgement.text += "; " + problem.text;
  }
  return judgement;
}

FeedHealth JudgeFeed(const FeedFacts& facts, const Config& config, UnixTime now) {
  return FeedJudge(facts, config, now).Judge();
}

FeedFacts ReadFeedFacts(const std::optional<std::string>& denylist) {
  FeedFacts facts;
  facts.fleet = ReadFleetStatus(denylist);
  const Result<Denylist> list = ReadReadableDenylist(denylist);
  if (list.ok()) facts.use = list.value().fleet();
  return facts;
}

}  // namespace pamjwt::ctl
