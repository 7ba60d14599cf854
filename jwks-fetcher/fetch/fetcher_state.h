#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jwks-fetcher/fetch/fetcher.h"
#include "jwks-fetcher/fetch/issuer_track.h"
#include "jwks-fetcher/fetch/key_store.h"

namespace pamjwt::fetcher {

/// What is behind Fetcher.
class Fetcher::State {
 public:
  State(HttpClient& http, KeyStore& store, Clock clock, Random random)
      : http_(http), store_(store), clock_(std::move(clock)), random_(std::move(random)) {}

  void LogTo(Log log) { log_ = std::move(log); }
  void Configure(const Config& config);
  void Run();
  [[nodiscard]] MonoTime NextWake() const;
  void Refresh(std::string_view issuer_url, RefreshDone done);
  [[nodiscard]] bool AllTried() const;
  [[nodiscard]] std::vector<IssuerStatus> Status() const;
  [[nodiscard]] const std::string& write_error() const { return write_error_; }

 private:
  using Tracks = std::vector<std::unique_ptr<IssuerTrack>>;

  [[nodiscard]] std::unique_ptr<IssuerTrack> TrackFor(const Issuer& issuer, Tracks& old,
                                                      MonoTime now);
  [[nodiscard]] IssuerTrack* Find(std::string_view url) const;
  [[nodiscard]] bool AnyRunning() const;
  void Start(IssuerTrack& track, bool for_login);
  void Finish(IssuerTrack& track, FetchOutcome outcome);
  void NoticeClock(Instant now);
  void WriteBy(MonoTime due);
  void WriteIfDue(MonoTime now);
  void RetryWrite(MonoTime now);
  void Write(MonoTime now);
  void Say(Level level, const std::string& line) const;

  HttpClient& http_;
  KeyStore& store_;
  Clock clock_;
  Random random_;
  Log log_;
  Tracks tracks_;
  std::optional<MonoTime> write_due_;  // none: there is nothing to write
  std::string write_error_;
  MonoTime write_failed_;                      // when the last write failed
  std::optional<UnixTime> write_error_since_;  // when the first of them failed
  std::optional<std::int64_t> clock_offset_;   // wall clock less monotonic clock, in seconds
};

}  // namespace pamjwt::fetcher
