#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "http/curl_http.h"
#include "io/config_file.h"
#include "jwks-fetcher/confine/sandbox.h"
#include "jwks-fetcher/feed/feed_fetch.h"
#include "jwks-fetcher/fetch/fetch_service.h"
#include "jwks-fetcher/fetch/fetcher.h"
#include "jwks-fetcher/fetch/key_store.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/pace.h"
#include "jwks-fetcher/host/signals.h"
#include "jwks-fetcher/redeem/redeem_service.h"
#include "jwks-fetcher/redeem/redeemer.h"
#include "jwks-fetcher/sockets.h"
#include "jwks-fetcher/watched_config.h"

namespace pamjwt::fetcher {

/// The options of the command line.
struct DaemonOptions {
  std::string config_path;
  bool is_explicit = false;  ///< the path was given, so files may also belong to this user
  bool once = false;         ///< whether to fetch everything once, and then to end
};

/// The exit codes of the program.
enum class DaemonExit {
  kDone = 0,
  kNotFetched = 1,   ///< with `once`: a fetch or the write failed, or a signal came first
  kCannotStart = 2,  ///< wrong options or configuration, or the host lacks what the daemon needs
  kFailed = 3,       ///< the daemon failed while it ran
};

/// All parts of the daemon, and the loop that runs them in one thread, with one place to wait.
///
///     systemd, signals ──> Daemon ──> Fetcher ──> CurlHttp, KeyStore
///                             └─────> FeedFetch ──> CurlHttp
///     socket public ──> VarlinkServer ──> FetchService ──^
///     socket redeem ──> VarlinkServer ──> RedeemService ──> Redeemer ──> OneTimeStore
///     configuration ──> WatchedConfig ──> Daemon
///
/// Without a configuration that it can use, the daemon waits for one. Then it has no Fetcher, but
/// answers on the sockets that systemd passed.
class Daemon {
 public:
  /// Takes over the signals that reload and stop the daemon. Does nothing else before Run().
  Daemon(DaemonOptions options, LogTarget log, Signals signals);

  /// Runs until a signal stops it, or, with `once`, until everything has been tried. With `once`,
  /// a configuration that cannot be used ends it too.
  DaemonExit Run();

 private:
  /// Makes what needs no configuration, and takes the sockets of systemd. Errors: kInternal.
  Status Prepare();
  /// Makes the services that answer calls, and their sockets.
  void MakeServices();

  /// Reads the configuration, and uses it if it is good. If not, the old one stays in use. Returns
  /// nullopt if the daemon goes on, or how it ends.
  std::optional<DaemonExit> TakeConfig();
  void LogRefusal(const Error& error) const;
  /// Starts to work with the first configuration. Errors: kInternal.
  Status Start();
  std::unique_ptr<Redeemer> MakeRedeemer();
  /// Uses a new configuration, and warns of what a reload cannot change.
  void Adopt(LoadedConfig loaded);
  [[nodiscard]] bool IsWaiting() const { return fetcher_ == nullptr; }
  [[nodiscard]] std::vector<IssuerStatus> IssuerStatuses() const;
  [[nodiscard]] std::optional<FeedStatus> StatusOfFeed() const;
  /// Returns the text for `systemctl status`.
  [[nodiscard]] std::string StatusLine() const;
  [[nodiscard]] LogSink LogOfFetches();

  /// Does what is due, then waits for events and serves them. Returns nullopt if the daemon goes
  /// on, or how it ends.
  std::optional<DaemonExit> Turn();
  DaemonExit EndOfOnce() const;
  DaemonExit CannotStart(const Error& error) const;
  /// Waits for the network, the sockets, signals and changes of the configuration, and serves what
  /// has happened. Errors: kInternal.
  Status WaitForEvents();
  void HandleSignals();
  void FeedWatchdog(MonoTime now);
  /// Tells systemd the status, and writes the metrics.
  void Report(Instant now);
  void ReportMetrics(UnixTime now);
  [[nodiscard]] int TimeoutMs(MonoTime now) const;
  void Say(LogLevel level, const std::string& line) const { Log(log_, level, line); }

  DaemonOptions options_;
  LogTarget log_;
  Signals signals_;
  WatchedConfig config_;
  std::string watch_error_;             ///< the last that was logged
  std::optional<LoadedConfig> loaded_;  ///< the configuration in use
  AllowedPaths allowed_;
  std::unique_ptr<KeyStore> store_;
  std::unique_ptr<http::CurlHttp> http_;
  std::unique_ptr<Fetcher> fetcher_;
  std::unique_ptr<FeedFetch> feed_;
  std::unique_ptr<FetchService> service_;
  std::unique_ptr<Redeemer> redeemer_;
  std::unique_ptr<RedeemService> redeem_service_;
  std::optional<Sockets> sockets_;  ///< nullopt with `once`
  bool stop_ = false;
  bool reload_ = false;
  std::string metrics_error_;  ///< of the last try to write the metrics, so that it is logged once
  MonoTime next_report_{};
  Pace report_pace_;
  std::optional<std::int64_t> watchdog_ms_;
  MonoTime next_watchdog_{};
};

}  // namespace pamjwt::fetcher
