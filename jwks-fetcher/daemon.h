#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "http/curl_http.h"
#include "io/config_file.h"
#include "jwks-fetcher/confine/sandbox.h"
#include "jwks-fetcher/fetch/fetch_service.h"
#include "jwks-fetcher/fetch/fetcher.h"
#include "jwks-fetcher/fetch/key_store.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/signals.h"
#include "jwks-fetcher/redeem/redeem_service.h"
#include "jwks-fetcher/redeem/redeemer.h"
#include "jwks-fetcher/varlink/varlink_server.h"

namespace pamjwt::fetcher {

struct DaemonOptions {
  std::string config_path;
  bool is_explicit = false;  ///< the path was given: files of this user will do
  bool once = false;         ///< fetch every issuer once, and end
};

enum class DaemonExit {
  kDone = 0,
  kNotFetched = 1,   ///< with `once`: some issuer could not be fetched
  kCannotStart = 2,  ///< the configuration, or what the daemon needs of this host
  kFailed = 3,       ///< while it ran
};

/// Everything that runs, and the loop around it: one thread, one place to wait.
///
///     systemd, signals ──> Daemon ──> Fetcher ──> CurlHttp, KeyStore
///     socket public ──> VarlinkServer ──> FetchService ──^
///     socket redeem ──> VarlinkServer ──> RedeemService ──> Redeemer ──> OneTimeStore
class Daemon {
 public:
  Daemon(DaemonOptions options, LogTarget log, Signals signals);

  /// Until a signal says to stop, or all has been tried once.
  DaemonExit Run();

 private:
  Result<LoadedConfig> Load() const;
  std::optional<DaemonExit> WaitForConfig();
  void WaitForReload();
  Status Start();
  void MakeServices();
  Status Listen();
  [[nodiscard]] UniqueFd ListenForRedeem() const;
  DaemonExit Loop();
  DaemonExit EndOfOnce() const;
  Status WaitForEvents();
  void HandleSignals();
  void Reload();
  void Adopt(LoadedConfig loaded);
  void FeedWatchdog(MonoTime now);
  void Report(Instant now);
  void ReportMetrics(const std::vector<IssuerStatus>& issuers, UnixTime now);
  [[nodiscard]] int TimeoutMs(MonoTime now) const;
  void Say(LogLevel level, const std::string& line) const { Log(log_, level, line); }

  DaemonOptions options_;
  LogTarget log_;
  Signals signals_;
  std::optional<LoadedConfig> loaded_;
  AllowedPaths allowed_;
  std::unique_ptr<KeyStore> store_;
  std::unique_ptr<http::CurlHttp> http_;
  std::unique_ptr<Fetcher> fetcher_;
  std::unique_ptr<FetchService> service_;
  std::unique_ptr<Redeemer> redeemer_;
  std::unique_ptr<RedeemService> redeem_service_;
  /// The sockets `public` and `redeem`; none with `once`.
  std::vector<std::unique_ptr<VarlinkServer>> servers_;
  bool stop_ = false;
  bool reload_ = false;
  bool config_good_ = true;
  std::string metrics_error_;  ///< of the last writing, so that it is logged once
  MonoTime next_report_{};
  std::optional<std::int64_t> watchdog_ms_;
  MonoTime next_watchdog_{};
};

}  // namespace pamjwt::fetcher
