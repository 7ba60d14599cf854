#include "jwks-fetcher/daemon.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "core/base/log_field.h"
#include "io/key_file_reader.h"
#include "io/replace_file.h"
#include "jwks-fetcher/confine/confinement.h"
#include "jwks-fetcher/host/notify.h"
#include "jwks-fetcher/host/system_clock.h"
#include "jwks-fetcher/metrics.h"
#include "jwks-fetcher/redeem/make_store.h"
#include "jwks-fetcher/status_text.h"
#include "jwks-fetcher/varlink/listen_at.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kReportMs = 15'000;
constexpr std::int64_t kReportSoonMs = 200;
constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr mode_t kPublicMode = 0666;
constexpr mode_t kRedeemMode = 0660;
constexpr const char* kRedeemGroup = "jwt-redeem";
constexpr mode_t kMetricsMode = 0644;

std::string DetailField(const Error& error) {
  return LogField("detail", error.detail);
}

}  // namespace

Daemon::Daemon(DaemonOptions options, LogTarget log, Signals signals)
    : options_(std::move(options)),
      log_(log),
      signals_(std::move(signals)),
      watchdog_ms_(WatchdogIntervalMs()) {}

DaemonExit Daemon::Run() {
  const std::optional<DaemonExit> end = WaitForConfig();
  if (end.has_value()) return *end;
  const Status started = Start();
  if (!started.ok()) {
    Say(LogLevel::kError, "cannot_start" + DetailField(started.error()));
    return DaemonExit::kCannotStart;
  }
  return Loop();
}

Result<LoadedConfig> Daemon::Load() const {
  ConfigSource source;
  if (options_.is_explicit) source.path = options_.config_path;
  // The daemon reads no audiences, so it needs no name of this host.
  source.host = "localhost";
  return LoadConfig(source);
}

/// Loads the configuration. If there is no file yet, as after the installation, waits for a reload,
/// and then also after each configuration that is refused. With `once`, it does not wait. Returns
/// nullopt once a configuration is loaded, or how the daemon ends.
std::optional<DaemonExit> Daemon::WaitForConfig() {
  for (bool has_waited = false; !stop_; has_waited = true) {
    Result<LoadedConfig> loaded = Load();
    if (loaded.ok()) {
      loaded_ = std::move(loaded).value();
      return std::nullopt;
    }
    const bool is_missing = access(options_.config_path.c_str(), F_OK) != 0;
    const bool may_wait = !options_.once && (is_missing || has_waited);
    const bool is_awaited = is_missing && may_wait;
    Say(is_awaited ? LogLevel::kNotice : LogLevel::kError,
        (is_awaited ? "waiting_for_config" : "config_refused") + DetailField(loaded.error()));
    if (!may_wait) return DaemonExit::kCannotStart;
    NotifyReady("waiting for " + options_.config_path + ", and a reload");
    WaitForReload();
  }
  return DaemonExit::kDone;
}

void Daemon::WaitForReload() {
  while (!stop_ && !reload_) {
    FeedWatchdog(ReadClock().mono);
    pollfd fd{signals_.fd(), POLLIN, 0};
    poll(&fd, 1, TimeoutMs(ReadClock().mono));
    HandleSignals();
  }
  if (std::exchange(reload_, false)) NotifyReloading();
}

Status Daemon::Start() {
  const Config& config = loaded_->config;
  // The module does not read a file that other users could have put there.
  Status place = CheckKeyFilePlace(*config.keys.file, loaded_->owners);
  if (!place.ok()) return place;
  Result<std::unique_ptr<http::CurlHttp>> http =
      http::CurlHttp::Create(loaded_->owners, "jwks-fetcher/" PAMJWT_VERSION);
  if (!http.ok()) return std::move(http).error();
  http_ = std::move(http).value();

  Result<std::unique_ptr<KeyStore>> store = KeyStore::Open(*config.keys.file);
  if (!store.ok()) return std::move(store).error();
  store_ = std::move(store).value();
  if (!store_->load_error().empty()) {
    Say(LogLevel::kWarning, "key_file_unreadable" + LogField("detail", store_->load_error()));
  }
  fetcher_ = std::make_unique<Fetcher>(*http_, *store_, ReadClock);
  if (!options_.once) {
    MakeServices();
    Status listening = Listen();
    if (!listening.ok()) return listening;
  }
  allowed_ = PathsFor(config, options_.config_path);
  Confine(allowed_, log_);

  fetcher_->LogTo([this](LogLevel level, const std::string& line) {
    Say(level, line);
    next_report_ = std::min(next_report_, MonoTime{ReadClock().mono.ms + kReportSoonMs});
  });
  fetcher_->Configure(config);
  if (redeemer_ != nullptr) redeemer_->Configure(config);
  return Ok();
}

void Daemon::MakeServices() {
  service_ = std::make_unique<FetchService>(
      FetchService::Actions{[this](std::string_view issuer, RefreshDone done) {
                              fetcher_->Refresh(issuer, std::move(done));
                            },
                            [this] { return fetcher_->IssuerStatuses(); }});
  redeemer_ = std::make_unique<Redeemer>(
      [this](const StoreOptions& store) {
        return MakeStore(store, loaded_->owners, [this](const std::string& path) {
          Say(LogLevel::kNotice, "store_made" + LogField("path", path));
        });
      },
      ReadClock, [this](LogLevel level, const std::string& line) { Say(level, line); });
  redeem_service_ = std::make_unique<RedeemService>(
      [this](std::string_view issuer, std::string_view jti, UnixTime expires, RedeemDone done) {
        redeemer_->Redeem(issuer, jti, expires, std::move(done));
      });
}

Status Daemon::Listen() {
  Result<std::map<std::string, UniqueFd>> passed = TakeActivatedSockets();
  if (!passed.ok()) return std::move(passed).error();
  std::map<std::string, UniqueFd> sockets = std::move(passed).value();
  UniqueFd listener = std::move(sockets["public"]);
  if (!listener.ok()) {
    Result<UniqueFd> own = ListenAt(*loaded_->config.keys.public_socket, kPublicMode);
    if (!own.ok()) return std::move(own).error();
    listener = std::move(own).value();
  }
  UniqueFd redeem_listener = std::move(sockets["redeem"]);
  if (!redeem_listener.ok()) {
    redeem_listener = ListenForRedeem();
  }
  servers_.push_back(std::make_unique<VarlinkServer>(
      std::move(listener), [this](const VarlinkCall& call, VarlinkAnswer answer) {
        service_->Handle(call, std::move(answer));
      }));
  if (!redeem_listener.ok()) return Ok();
  servers_.push_back(std::make_unique<VarlinkServer>(
      std::move(redeem_listener), [this](const VarlinkCall& call, VarlinkAnswer answer) {
        redeem_service_->Handle(call, std::move(answer));
      }));
  return Ok();
}

/// Makes the socket `redeem`. Returns no descriptor if that fails: the daemon then fetches keys
/// only.
UniqueFd Daemon::ListenForRedeem() const {
  const std::string& path = *loaded_->config.keys.redeem_socket;
  Result<UniqueFd> listener = ListenAt(path, kRedeemMode);
  if (!listener.ok()) {
    Say(LogLevel::kError, "redeem_socket_unavailable" + DetailField(listener.error()));
    return {};
  }
  const Status given = GiveToGroup(path, kRedeemGroup);
  if (!given.ok()) Say(LogLevel::kNotice, "redeem_socket_is_roots" + DetailField(given.error()));
  return std::move(listener).value();
}

DaemonExit Daemon::Loop() {
  Say(LogLevel::kInfo, "started" + LogField("version", PAMJWT_VERSION) +
                           LogField("issuers", std::to_string(fetcher_->IssuerStatuses().size())));
  NotifyReady(StatusText(fetcher_->IssuerStatuses()));
  while (!stop_) {
    fetcher_->Run();
    if (options_.once && fetcher_->AllTried()) return EndOfOnce();
    const Instant now = ReadClock();
    FeedWatchdog(now.mono);
    if (!options_.once && now.mono >= next_report_) Report(now);
    const Status waited = WaitForEvents();
    if (!waited.ok()) {
      Say(LogLevel::kError, "wait_failed" + DetailField(waited.error()));
      return DaemonExit::kFailed;
    }
    if (std::exchange(reload_, false)) Reload();
  }
  NotifyStopping();
  Say(LogLevel::kInfo, "stopped");
  return options_.once ? DaemonExit::kNotFetched : DaemonExit::kDone;
}

DaemonExit Daemon::EndOfOnce() const {
  const std::vector<IssuerStatus> issuers = fetcher_->IssuerStatuses();
  const bool all_fetched = std::all_of(issuers.begin(), issuers.end(),
                                       [](const auto& issuer) { return issuer.error.empty(); });
  const std::string& write_error = fetcher_->write_error();
  if (!write_error.empty()) {
    Say(LogLevel::kError, "key_file_unwritable" + LogField("detail", write_error));
  }
  return all_fetched && write_error.empty() ? DaemonExit::kDone : DaemonExit::kNotFetched;
}

Status Daemon::WaitForEvents() {
  std::vector<pollfd> fds{{signals_.fd(), POLLIN, 0}};
  const auto add = [&](const std::vector<pollfd>& more) {
    fds.insert(fds.end(), more.begin(), more.end());
  };
  for (const auto& server : servers_) {
    add(server->PollFds());
  }
  if (redeemer_ != nullptr) add(redeemer_->PollFds());
  const Result<std::vector<pollfd>> ready =
      http_->Wait(std::move(fds), TimeoutMs(ReadClock().mono));
  if (!ready.ok()) return ready.error();
  if (redeemer_ != nullptr) redeemer_->Serve(ready.value());
  for (const auto& server : servers_) {
    server->Serve(ready.value(), ReadClock().mono);
  }
  HandleSignals();
  return Ok();
}

void Daemon::HandleSignals() {
  while (const std::optional<Signal> signal = signals_.Next()) {
    reload_ = reload_ || *signal == Signal::kReload;
    stop_ = stop_ || *signal == Signal::kStop;
  }
}

void Daemon::Reload() {
  NotifyReloading();
  Result<LoadedConfig> loaded = Load();
  config_good_ = loaded.ok();
  if (loaded.ok()) {
    Adopt(std::move(loaded).value());
  } else {
    Say(LogLevel::kError, "config_refused, the old one stays" + DetailField(loaded.error()));
  }
  next_report_ = {};
  NotifyReady(StatusText(fetcher_->IssuerStatuses()));
}

void Daemon::Adopt(LoadedConfig loaded) {
  const KeysOptions& keys = loaded.config.keys;
  const KeysOptions& old_keys = loaded_->config.keys;
  if (*keys.file != *old_keys.file || *keys.public_socket != *old_keys.public_socket ||
      *keys.redeem_socket != *old_keys.redeem_socket) {
    Say(LogLevel::kWarning, "restart_needed detail=\"keys.file or a socket has another path\"");
  }
  const std::string outside =
      IsConfinedBySystemd() ? ""
                            : FirstOutside(allowed_, PathsFor(loaded.config, options_.config_path));
  if (!outside.empty()) {
    Say(LogLevel::kWarning,
        "restart_needed detail=\"outside of the sandbox\"" + LogField("path", outside));
  }
  loaded_ = std::move(loaded);
  fetcher_->Configure(loaded_->config);
  if (redeemer_ != nullptr) redeemer_->Configure(loaded_->config);
  Say(LogLevel::kInfo,
      "reloaded" + LogField("issuers", std::to_string(fetcher_->IssuerStatuses().size())));
}

void Daemon::FeedWatchdog(MonoTime now) {
  if (!watchdog_ms_.has_value() || now < next_watchdog_) return;
  NotifyWatchdog();
  next_watchdog_ = {now.ms + *watchdog_ms_};
}

void Daemon::Report(Instant now) {
  const std::vector<IssuerStatus> issuers = fetcher_->IssuerStatuses();
  const std::string status = StatusText(issuers);
  NotifyStatus(config_good_ ? status : "configuration refused, the old one stays; " + status);
  ReportMetrics(issuers, now.wall);
  next_report_ = {now.mono.ms + kReportMs};
}

void Daemon::ReportMetrics(const std::vector<IssuerStatus>& issuers, UnixTime now) {
  const DaemonState state{now, PAMJWT_VERSION, config_good_, fetcher_->write_error().empty(),
                          redeemer_->status()};
  const Status written = ReplaceFile(*loaded_->config.keys.metrics_file,
                                     MetricsText(issuers, state), kMetricsMode, AnyText);
  const std::string error = written.ok() ? "" : written.error().detail;
  if (!error.empty() && error != metrics_error_) {
    Say(LogLevel::kWarning, "metrics_unwritable" + LogField("detail", error));
  }
  metrics_error_ = error;
}

int Daemon::TimeoutMs(MonoTime now) const {
  MonoTime next = watchdog_ms_.has_value() ? next_watchdog_ : kNever;
  if (fetcher_ != nullptr) next = std::min(next, fetcher_->NextWake());
  if (redeemer_ != nullptr) next = std::min({next, redeemer_->NextWake(), next_report_});
  for (const auto& server : servers_) {
    next = std::min(next, server->NextWake());
  }
  return static_cast<int>(std::clamp<std::int64_t>(next.ms - now.ms, 0, kLongestWaitMs));
}

}  // namespace pamjwt::fetcher
