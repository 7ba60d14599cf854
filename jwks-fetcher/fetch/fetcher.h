#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/time.h"
#include "core/config/config.h"
#include "http/http.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/fetch/issuer_track.h"
#include "jwks-fetcher/fetch/key_store.h"
#include "jwks-fetcher/fetch/refresh.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/mono_time.h"
#include "jwks-fetcher/host/pace.h"
#include "jwks-fetcher/host/random_source.h"

namespace pamjwt::fetcher {

/// Keeps the keys of every issuer fresh: plans the fetches, starts them, and writes the key file.
///
/// It never waits. The caller's loop runs the HTTP exchanges, and calls Run() when it is time. The
/// file is written as a whole, so fetches that end soon after one another are written together.
/// What is done in each turn of the loop does not depend on the number of issuers.
class Fetcher {
 public:
  /// Makes a fetcher, which `http` and `store` must outlive. `clock` is asked whenever the time is
  /// needed. `random` spreads fetches that would begin together.
  Fetcher(http::HttpClient& http, KeyStore& store, TimeSource clock,
          RandomSource random = SystemRandom());
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  ~Fetcher() = default;

  /// Sets where the fetcher logs what changed and what failed. Before that it logs nothing.
  void LogTo(LogSink log) { log_ = std::move(log); }

  /// Takes over a configuration, the first one or a new one. Issuers that stay keep their keys, and
  /// if their KeySource is the same, also their schedule. Otherwise they are due at once, like new
  /// issuers; until they are fetched, logins use the keys in the file. Issuers that are gone lose
  /// their keys. Ends the fetches of issuers that are gone or have another KeySource, and answers
  /// the logins that wait for them. Ignores `keys.file`, which is the store's.
  void Configure(const Config& config);

  /// Starts the fetches that are due, and replaces the key file if it is time. Must be called at
  /// NextWake(), and after each round of exchanges.
  void Run();
  /// Returns when Run() has to be called at the latest.
  [[nodiscard]] MonoTime NextWake() const;

  /// Fetches the keys of an issuer because a login met a key that it does not know, or because root
  /// wants it. For a login, fetches nothing within the cooldown of the issuer. Calls during a fetch
  /// share that fetch, which goes on before others if a login waits for it. Calls `done` once,
  /// during this call, or when the fetch has ended and the key file has been replaced if need be.
  void Refresh(std::string_view issuer_url, RefreshCause cause, RefreshDone done);

  /// Returns whether every issuer has been tried at least once, and the key file has been written
  /// since then or could not be written.
  [[nodiscard]] bool AllTried() const;
  /// Returns the state of every issuer, in the order of the configuration.
  [[nodiscard]] std::vector<IssuerStatus> IssuerStatuses() const;
  /// Returns why the last try to replace the key file failed, or "" if it succeeded.
  [[nodiscard]] const std::string& write_error() const { return write_error_; }

 private:
  /// Issuers by their urls, which are those of the tracks.
  using TracksByUrl = std::unordered_map<std::string_view, IssuerTrack*>;

  [[nodiscard]] std::unique_ptr<IssuerTrack> NewTrack(KeySource source, MonoTime due);
  [[nodiscard]] bool AnyRunning() const { return agenda_.size() != tracks_.size(); }
  void PlanAll();
  void Unplan(IssuerTrack& track);
  void Start(IssuerTrack& track, bool for_login);
  void Finish(IssuerTrack& track, FetchOutcome outcome);
  void NoticeClock(Instant now);
  void WriteBy(MonoTime due);
  void WriteIfDue(MonoTime now);
  void WriteForLogin(MonoTime now);
  void Write(MonoTime now);
  void Say(LogLevel level, const std::string& line) const;

  http::HttpClient& http_;
  KeyStore& store_;
  TimeSource clock_;
  RandomSource random_;
  LogSink log_;
  std::vector<std::unique_ptr<IssuerTrack>> tracks_;  // in the order of the configuration
  TracksByUrl by_url_;
  std::multimap<MonoTime, IssuerTrack*> agenda_;  // the issuers whose fetch does not run, by due()
  std::size_t untried_ = 0;                       // the issuers of which no fetch has ended yet
  std::optional<MonoTime> write_due_;             // nullopt: there is nothing to write
  bool file_lacks_keys_ = false;                  // keys that came are not in the file yet
  Pace write_pace_;
  std::string write_error_;
  MonoTime write_failed_;                      // when the last write failed
  std::optional<UnixTime> write_error_since_;  // when the first of the failures in a row happened
  std::optional<std::int64_t> clock_offset_;   // wall clock less monotonic clock, in seconds
};

}  // namespace pamjwt::fetcher
