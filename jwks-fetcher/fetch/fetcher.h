#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

namespace pamjwt::fetcher {

/// Returns a random number from 0 to below 1.
using RandomSource = std::function<double()>;

/// Keeps the keys of every issuer fresh: the schedule, the fetches, and the key file.
///
/// Nothing here waits or reads a clock: the caller's loop runs the HTTP exchanges, and says what
/// time it is.
class Fetcher {
 public:
  /// `http` and `store` outlive the fetcher. `clock` is asked when an exchange ends.
  Fetcher(http::HttpClient& http, KeyStore& store, TimeSource clock,
          RandomSource random = SystemRandom());
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  ~Fetcher() = default;

  /// Where it says what changed and what fails. Without it, IssuerStatuses() alone says so.
  void LogTo(LogSink log) { log_ = std::move(log); }

  /// Takes over a configuration, the first one or after a reload: issuers that stayed keep their
  /// keys and schedule, the others go, new ones are due at once. Keys of the file serve until then.
  /// `keys.file` is the store's matter: another path needs another store.
  void Configure(const Config& config);

  /// Starts the fetches that are due, and replaces the key file if it is time. To be called again
  /// at NextWake(), and after each round of exchanges.
  void Run();
  [[nodiscard]] MonoTime NextWake() const;

  /// A login met a key that it does not know. At most one fetch an issuer per cooldown; calls
  /// during a fetch share it. `done` is called once, at once or when the fetch has ended and the
  /// key file is replaced.
  void Refresh(std::string_view issuer_url, RefreshDone done);

  /// Has every issuer been tried at least once, and the key file been written since, or failed to?
  [[nodiscard]] bool AllTried() const;
  [[nodiscard]] std::vector<IssuerStatus> IssuerStatuses() const;
  /// Why the key file could not be replaced when it was last tried; empty if it could.
  [[nodiscard]] const std::string& write_error() const { return write_error_; }

  static RandomSource SystemRandom();

 private:
  [[nodiscard]] std::unique_ptr<IssuerTrack> NewTrack(KeySource source, MonoTime due);
  [[nodiscard]] bool AnyRunning() const;
  void Start(IssuerTrack& track, bool for_login);
  void Finish(IssuerTrack& track, FetchOutcome outcome);
  void NoticeClock(Instant now);
  void WriteBy(MonoTime due);
  void WriteIfDue(MonoTime now);
  void RetryWrite(MonoTime now);
  void Write(MonoTime now);
  void Say(LogLevel level, const std::string& line) const;

  http::HttpClient& http_;
  KeyStore& store_;
  TimeSource clock_;
  RandomSource random_;
  LogSink log_;
  std::vector<std::unique_ptr<IssuerTrack>> tracks_;
  std::optional<MonoTime> write_due_;  // none: there is nothing to write
  std::string write_error_;
  MonoTime write_failed_;                      // when the last write failed
  std::optional<UnixTime> write_error_since_;  // when the first of them failed
  std::optional<std::int64_t> clock_offset_;   // wall clock less monotonic clock, in seconds
};

}  // namespace pamjwt::fetcher
