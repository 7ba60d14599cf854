#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/config.h"
#include "http/http.h"
#include "jwks-fetcher/feed/feed_status.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/mono_time.h"
#include "jwks-fetcher/host/random_source.h"

namespace pamjwt::fetcher {

/// Fetches the signed denylist of a fleet, again and again, and lays it where root verifies it
/// (io/carried_feed.h). It only carries the list: it can withhold one, but not make one up.
///
/// It never waits. The caller's loop runs the HTTP exchanges, and calls Run() when it is time.
class FeedFetch {
 public:
  /// Makes an object that `http` must outlive. It does nothing, and opens nothing, before a
  /// configuration has the url of a list. `path` is that of the carried feed. `clock` is asked
  /// whenever the time is needed. `random` spreads the hosts of a fleet.
  FeedFetch(http::HttpClient& http, std::string path, TimeSource clock,
            RandomSource random = SystemRandom());
  FeedFetch(const FeedFetch&) = delete;
  FeedFetch& operator=(const FeedFetch&) = delete;
  ~FeedFetch() = default;

  /// Sets where changes and failures are logged. Before that nothing is logged.
  void LogTo(LogSink log) { log_ = std::move(log); }

  /// Takes over the options, the first ones or new ones. A new url, or another way to it, is
  /// fetched at once, and drops a fetch that is running. Without a url, nothing more is fetched,
  /// and the file stays.
  void Configure(const DenylistOptions& options);

  /// Starts a fetch if one is due. Must be called at NextWake(), and after each round of exchanges.
  void Run();
  /// Returns when Run() has to be called at the latest, or kNever.
  [[nodiscard]] MonoTime NextWake() const;

  /// Returns whether nothing is configured, or the list was tried at least once.
  [[nodiscard]] bool tried() const { return !source_.has_value() || tried_; }
  /// Returns the state, or nullopt if nothing is configured.
  [[nodiscard]] std::optional<FeedStatus> status() const;

 private:
  /// The place of the feed, and the way to it.
  struct Source {
    std::string url;
    std::string ca_file;
    std::string proxy;
    std::string proxy_password_file;
    bool operator==(const Source&) const = default;
  };
  /// Fields of the response that brought the file, which make a request conditional (RFC 9110
  /// §13.1), and the length of the file. A fetch that failed changes neither.
  struct Validators {
    std::string etag;
    std::string last_modified;
    std::size_t bytes = 0;
  };

  void BeginWith(std::optional<Source> source);
  void Start();
  [[nodiscard]] http::HttpRequest Request() const;
  void Finish(Result<http::HttpResponse> result);
  /// Takes a response, and keeps the feed in it. Returns whether the file was replaced. The memory
  /// of the response is free afterwards. Errors: kKeysMissing, kMalformed, kInternal.
  Result<bool> Take(http::HttpResponse response);
  Result<bool> Keep(const http::HttpResponse& response);
  void Note(const Result<bool>& taken, Instant now);
  void Say(LogLevel level, const std::string& line) const;

  http::HttpClient& http_;
  std::string path_;
  TimeSource clock_;
  RandomSource random_;
  LogSink log_;
  std::optional<Source> source_;  // nullopt: nothing is configured
  Seconds refresh_;
  MonoTime begun_;  // when the last fetch began
  MonoTime due_;
  bool tried_ = false;
  bool is_conditional_ = false;  // whether the running request is conditional
  std::optional<Validators> validators_;
  std::optional<MonoTime> fetched_at_;
  std::optional<MonoTime> changed_at_;
  FeedStatus status_;  // without what depends on the clock or the file
  // The fetch that is running, or nullptr. Its callback does nothing once this is another one.
  std::shared_ptr<FeedFetch*> running_;
};

}  // namespace pamjwt::fetcher
