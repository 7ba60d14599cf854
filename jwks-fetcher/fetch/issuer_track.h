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

/// One issuer: when its keys are fetched next, how the last fetches ended, and which logins wait.
class IssuerTrack {
 public:
  /// The changes by one fetch.
  struct FetchEffect {
    bool changed = false;          ///< the keys differ from those before
    std::vector<LogEntry> to_log;  ///< the lines for the log, in this order
  };

  IssuerTrack(http::HttpClient& http, KeySource source, IssuerFetch::WallClock clock, MonoTime due)
      : fetch_(http, std::move(source), std::move(clock)), due_(due) {}

  [[nodiscard]] const KeySource& source() const { return fetch_.source(); }
  [[nodiscard]] const std::string& url() const { return source().url; }
  [[nodiscard]] bool running() const { return fetch_.running(); }
  [[nodiscard]] bool tried() const { return tried_; }
  [[nodiscard]] MonoTime due() const { return due_; }
  /// Returns the state of the issuer, without file_error and file_error_since: the fetcher sets
  /// them.
  [[nodiscard]] IssuerStatus StatusAt(const KeyStore& store, Instant now) const;

  /// Takes over the settings of a configuration that do not belong to the source.
  void Configure(const std::string& name, const KeysOptions& options, MonoTime now);
  /// Takes over the counters and the last error from `old`, the track of the same issuer before a
  /// reload.
  void ContinueFrom(const IssuerTrack& old) { status_ = old.status_; }
  /// Makes the next fetch due at `due`, unless it is due earlier.
  void BringForward(MonoTime due) { due_ = std::min(due_, due); }

  /// Starts a fetch that is due, or for which a login asks. Calls `done` once, later.
  void Start(bool for_login, FetchDone done);
  /// Lets the fetch that runs go on before those of others, because a login waits for it.
  void Hurry() { fetch_.Hurry(); }
  /// Puts the keys that came into `store`, and decides when to fetch next. `random`, from 0 to
  /// below 1, spreads the next fetches. Returns what changed, and what the caller must log.
  FetchEffect Finish(FetchOutcome outcome, KeyStore& store, Instant now, double random);
  /// Corrects the time of the last fetch in `store`, because the host's clock was set back.
  void FollowClock(KeyStore& store, Instant now);

  /// Counts a call of Refresh. Returns whether it may fetch now, or share the running fetch. The
  /// cooldown does not hold for root.
  bool AdmitRefresh(MonoTime now, RefreshCause cause);
  /// Returns the time until a login may cause a fetch, rounded up, or nullopt if it may now.
  [[nodiscard]] std::optional<Seconds> CooldownLeft(MonoTime now) const {
    return cooldown_.Left(now);
  }
  /// Keeps `done` until TakeWaiting().
  void Wait(RefreshDone done) { waiting_.push_back(std::move(done)); }
  [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
  /// Returns what Wait() kept, and forgets it.
  std::vector<RefreshDone> TakeWaiting() { return std::exchange(waiting_, {}); }

 private:
  /// Puts `keys` into `store` if the fetch brought any, or else renews the keys that the store has.
  /// Returns whether the keys differ from those before. Errors: kKeysMissing.
  Result<bool> Keep(const FetchOutcome& outcome, std::vector<Jwk> keys, KeyStore& store,
                    UnixTime now);
  void Succeed(const FetchOutcome& outcome, bool changed, Instant now, double random);
  void Fail(Instant now, double random);
  [[nodiscard]] UnixTime Expiry(UnixTime fetched) const;
  /// Returns the fields that name this issuer in the log.
  [[nodiscard]] std::string LogFields(const KeyStore& store) const;
  /// Returns what to log of a fetch. `changed` says whether it changed the keys. Returns nothing if
  /// the fetch failed with `last_error`, or if nothing changed and there was no error before.
  [[nodiscard]] std::vector<LogEntry> Describe(const KeyStore& store, bool changed,
                                               const std::string& last_error) const;
  /// Notes which keys of the last set were left out. Returns what to log if they are not the same
  /// as before.
  std::vector<LogEntry> NoteSkipped(const KeyStore& store, std::vector<std::string> skipped);

  IssuerFetch fetch_;
  RefreshBounds bounds_{};
  Seconds max_stale_;
  Seconds least_cooldown_;
  Cooldown cooldown_;
  MonoTime due_;
  bool tried_ = false;
  bool for_login_ = false;              // whether a login caused the running fetch
  std::optional<MonoTime> fetched_at_;  // when a fetch of this track last succeeded
  std::vector<std::string> skipped_;
  IssuerStatus status_;  // without what the store knows
  std::vector<RefreshDone> waiting_;
};

}  // namespace pamjwt::fetcher
