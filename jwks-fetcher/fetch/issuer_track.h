#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config.h"
#include "jwks-fetcher/fetch/issuer_fetch.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/fetch/refresh.h"
#include "jwks-fetcher/fetch/schedule.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

class KeyStore;

/// One issuer: when it is fetched, what becomes of it, and which logins wait for it.
class IssuerTrack {
 public:
  /// What one fetch changed.
  struct FetchEffect {
    bool changed = false;                                 ///< there are other keys than before
    std::vector<std::pair<LogLevel, std::string>> lines;  ///< to be logged
  };

  IssuerTrack(http::HttpClient& http, KeySource source, IssuerFetch::WallClock clock, MonoTime due)
      : fetch_(http, std::move(source), std::move(clock)), due_(due) {}

  [[nodiscard]] const KeySource& source() const { return fetch_.source(); }
  [[nodiscard]] const std::string& url() const { return source().url; }
  [[nodiscard]] bool running() const { return fetch_.running(); }
  [[nodiscard]] bool tried() const { return tried_; }
  [[nodiscard]] MonoTime due() const { return due_; }
  [[nodiscard]] IssuerStatus StatusAt(const KeyStore& store, Instant now) const;

  /// Takes over what the configuration says, but for the source.
  void Configure(const std::string& name, const KeysOptions& options, MonoTime now);
  /// Counts on from the track of the same issuer before a reload.
  void ContinueFrom(const IssuerTrack& old) { status_ = old.status_; }
  void BringForward(MonoTime due) { due_ = std::min(due_, due); }

  /// Starts a fetch that is due, or that a login asks for. `done` is called once.
  void Start(bool for_login, FetchDone done);
  /// Puts what came into `store`, and decides when to fetch next.
  FetchEffect Finish(FetchOutcome outcome, KeyStore& store, Instant now, double random);
  /// The host's clock was set back: keys were fetched when it would have shown something else.
  void FollowClock(KeyStore& store, Instant now);

  /// Counts a call of Refresh. May it fetch now?
  bool AdmitRefresh(MonoTime now);
  void Wait(RefreshDone done) { waiting_.push_back(std::move(done)); }
  [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
  std::vector<RefreshDone> TakeWaiting() { return std::exchange(waiting_, {}); }

 private:
  /// Errors: kKeysMissing. Otherwise: are there other keys than before?
  Result<bool> Keep(FetchOutcome& outcome, KeyStore& store, UnixTime now);
  void Succeed(const FetchOutcome& outcome, bool changed, Instant now, double random);
  void Fail(Instant now, double random);
  [[nodiscard]] UnixTime Expiry(UnixTime fetched) const;
  void Describe(const FetchOutcome& outcome, const KeyStore& store, const std::string& last_error,
                FetchEffect& effect);

  IssuerFetch fetch_;
  RefreshBounds bounds_{};
  Seconds max_stale_;
  Seconds least_cooldown_;
  Cooldown cooldown_;
  MonoTime due_;
  bool tried_ = false;
  bool for_login_ = false;              // a login caused the fetch that runs
  std::optional<MonoTime> fetched_at_;  // the last success of this process
  std::vector<std::string> skipped_;
  IssuerStatus status_;  // without what the store has
  std::vector<RefreshDone> waiting_;
};

}  // namespace pamjwt::fetcher
