#include "jwks-fetcher/daemon.h"

#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/log_field.h"
#include "io/carried_feed.h"
#include "io/key_file_reader.h"
#include "io/replace_file.h"
#include "jwks-fetcher/confine/confinement.h"
#include "jwks-fetcher/host/notify.h"
#include "jwks-fetcher/host/system_clock.h"
#include "jwks-fetcher/metrics.h"
#include "jwks-fetcher/redeem/make_store.h"
#include "jwks-fetcher/status_text.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kReportMs = 15'000;
constexpr std::int64_t kReportSoonMs = 200;
constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr mode_t kMetricsMode = 0644;

std::string DetailField(const Error& error) {
  return LogField("detail", error.detail);
}

}  // namespace

Daemon::Daemon(DaemonOptions options, LogTarget log, Signals signals)
    : options_(std::move(options)),
      log_(log),
      signals_(std::move(signals)),
      config_(options_.config_path, options_.is_explicit),
      watchdog_ms_(WatchdogIntervalMs()) {}

DaemonExit Daemon::Run() {
  const Status prepared = Prepare();
  if (!prepared.ok()) return CannotStart(prepared.error());
  std::optional<DaemonExit> end = TakeConfig();
  while (!end.has_value() && !stop_) {
    end = Turn();
  }
  if (end.has_value()) return *end;
  NotifyStopping();
  Say(LogLevel::kInfo, "stopped");
  return options_.once ? DaemonExit::kNotFetched : DaemonExit::kDone;
}

DaemonExit Daemon::CannotStart(const Error& error) const {
  Say(LogLevel::kError, "cannot_start" + DetailField(error));
  return DaemonExit::kCannotStart;
}

Status Daemon::Prepare() {
  Result<std::unique_ptr<http::CurlHttp>> http =
      http::CurlHttp::Create(OwnersFor(options_.is_explicit), "jwks-fetcher/" PAMJWT_VERSION);
  if (!http.ok()) return std::move(http).error();
  http_ = std::move(http).value();
  if (options_.once) return Ok();
  MakeServices();
  return sockets_->TakePassed();
}

void Daemon::MakeServices() {
  service_ = std::make_unique<FetchService>(FetchService::Actions{
      [this](std::string_view issuer, RefreshCause cause, RefreshDone done) {
        if (IsWaiting()) return done({RefreshEnd::kNoConfig});
        fetcher_->Refresh(issuer, cause, std::move(done));
      },
      [this] { return IssuerStatuses(); }, [this] { return config_.status(); },
      [this] { return IsWaiting() ? std::string() : redeemer_->status().store_error; },
      [this] { return StatusOfFeed(); }, ReadClock});
  redeem_service_ = std::make_unique<RedeemService>(
      [this](std::string_view issuer, std::string_view jti, UnixTime expires, RedeemDone done) {
        if (IsWaiting()) return done(RedeemEnd::kNoConfig);
        redeemer_->Redeem(issuer, jti, expires, std::move(done));
      });
  sockets_.emplace(
      [this](const VarlinkCall& call, uid_t caller, VarlinkAnswer answer) {
        service_->Handle(call, caller, std::move(answer));
      },
      [this](const VarlinkCall& call, uid_t caller, VarlinkAnswer answer) {
        redeem_service_->Handle(call, caller, std::move(answer));
      });
}

std::vector<IssuerStatus> Daemon::IssuerStatuses() const {
  return IsWaiting() ? std::vector<IssuerStatus>() : fetcher_->IssuerStatuses();
}

std::optional<FeedStatus> Daemon::StatusOfFeed() const {
  return IsWaiting() ? std::nullopt : feed_->status();
}

std::string Daemon::StatusLine() const {
  return StatusText(config_.status(), IssuerStatuses(), StatusOfFeed());
}

std::optional<DaemonExit> Daemon::TakeConfig() {
  reload_ = false;
  Result<LoadedConfig> loaded = config_.Read(ReadClock().wall);
  const std::string last_watch_error = std::exchange(watch_error_, config_.watch_error());
  if (!watch_error_.empty() && watch_error_ != last_watch_error) {
    Say(LogLevel::kWarning,
        "config_unwatched: send SIGHUP after a change" + LogField("detail", watch_error_));
  }
  if (!loaded.ok()) {
    LogRefusal(loaded.error());
    if (options_.once && IsWaiting()) return DaemonExit::kCannotStart;
  } else if (!IsWaiting()) {
    Adopt(std::move(loaded).value());
  } else {
    loaded_ = std::move(loaded).value();
    const Status started = Start();
    if (!started.ok()) return CannotStart(started.error());
  }
  next_report_ = {};
  NotifyReady(StatusLine());
  return std::nullopt;
}

void Daemon::LogRefusal(const Error& error) const {
  if (!IsWaiting()) {
    return Say(LogLevel::kError, "config_refused, the old one stays" + DetailField(error));
  }
  if (options_.once) return Say(LogLevel::kError, "config_refused" + DetailField(error));
  if (config_.IsMissing()) {
    return Say(LogLevel::kNotice, "waiting_for_config" + DetailField(error));
  }
  Say(LogLevel::kError, "config_refused, waiting for another" + DetailField(error));
}

Status Daemon::Start() {
  const Config& config = loaded_->config;
  // The module does not read a file that other users could have put there.
  Status place = CheckKeyFilePlace(*config.keys.file, loaded_->owners);
  if (!place.ok()) return place;
  Result<std::unique_ptr<KeyStore>> store = KeyStore::Open(*config.keys.file);
  if (!store.ok()) return std::move(store).error();
  store_ = std::move(store).value();
  if (!store_->load_error().empty()) {
    Say(LogLevel::kWarning, "key_file_unreadable" + LogField("detail", store_->load_error()));
  }
  if (!options_.once) {
    Status listening = sockets_->MakeOthers(
        config.keys, [this](LogLevel level, const std::string& line) { Say(level, line); });
    if (!listening.ok()) return listening;
    redeemer_ = MakeRedeemer();
  }
  allowed_ = PathsFor(config, options_.config_path);
  Confine(allowed_, log_);

  fetcher_ = std::make_unique<Fetcher>(*http_, *store_, ReadClock);
  fetcher_->LogTo(LogOfFetches());
  fetcher_->Configure(config);
  feed_ = std::make_unique<FeedFetch>(*http_, CarriedFeedPath(*config.keys.file), ReadClock);
  feed_->LogTo(LogOfFetches());
  feed_->Configure(config.denylist);
  if (redeemer_ != nullptr) redeemer_->Configure(config);
  Say(LogLevel::kInfo, "started" + LogField("version", PAMJWT_VERSION) +
                           LogField("issuers", std::to_string(fetcher_->IssuerStatuses().size())));
  return Ok();
}

/// Returns a sink for changes and failures of fetches, which are also reported soon.
LogSink Daemon::LogOfFetches() {
  return [this](LogLevel level, const std::string& line) {
    Say(level, line);
    const MonoTime soon{ReadClock().mono.ms + kReportSoonMs};
    next_report_ = std::min(next_report_, std::max(soon, report_pace_.next()));
  };
}

std::unique_ptr<Redeemer> Daemon::MakeRedeemer() {
  return std::make_unique<Redeemer>(
      [this](const StoreOptions& store) {
        return MakeStore(store, loaded_->owners, [this](const std::string& path) {
          Say(LogLevel::kNotice, "store_made" + LogField("path", path));
        });
      },
      ReadClock, [this](LogLevel level, const std::string& line) { Say(level, line); });
}

std::optional<DaemonExit> Daemon::Turn() {
  if (!IsWaiting()) {
    fetcher_->Run();
    feed_->Run();
  }
  if (options_.once && fetcher_->AllTried() && feed_->tried()) return EndOfOnce();
  const Instant now = ReadClock();
  FeedWatchdog(now.mono);
  if (!options_.once && now.mono >= next_report_) Report(now);
  const Status waited = WaitForEvents();
  if (!waited.ok()) {
    Say(LogLevel::kError, "wait_failed" + DetailField(waited.error()));
    return DaemonExit::kFailed;
  }
  const bool is_due = reload_ || ReadClock().mono >= config_.NextRead();
  if (!is_due || stop_) return std::nullopt;
  NotifyReloading();
  return TakeConfig();
}

DaemonExit Daemon::EndOfOnce() const {
  const std::vector<IssuerStatus> issuers = fetcher_->IssuerStatuses();
  const bool all_fetched = std::all_of(issuers.begin(), issuers.end(),
                                       [](const auto& issuer) { return issuer.error.empty(); });
  const std::string& write_error = fetcher_->write_error();
  if (!write_error.empty()) {
    Say(LogLevel::kError, "key_file_unwritable" + LogField("detail", write_error));
  }
  const bool has_feed = StatusOfFeed().value_or(FeedStatus()).error.empty();
  return all_fetched && has_feed && write_error.empty() ? DaemonExit::kDone
                                                        : DaemonExit::kNotFetched;
}

Status Daemon::WaitForEvents() {
  std::vector<pollfd> fds{{signals_.fd(), POLLIN, 0}};
  if (config_.fd() >= 0) fds.push_back({config_.fd(), POLLIN, 0});
  const auto add = [&](const std::vector<pollfd>& more) {
    fds.insert(fds.end(), more.begin(), more.end());
  };
  if (sockets_.has_value()) add(sockets_->PollFds());
  if (redeemer_ != nullptr) add(redeemer_->PollFds());
  const Result<std::vector<pollfd>> ready =
      http_->Wait(std::move(fds), TimeoutMs(ReadClock().mono));
  if (!ready.ok()) return ready.error();
  if (redeemer_ != nullptr) redeemer_->Serve(ready.value());
  if (sockets_.has_value()) sockets_->Serve(ready.value(), ReadClock().mono);
  if (redeemer_ != nullptr) redeemer_->Commit();  // the calls of all sockets together
  config_.Notice(ReadClock().mono);
  HandleSignals();
  return Ok();
}

void Daemon::HandleSignals() {
  while (const std::optional<Signal> signal = signals_.Next()) {
    reload_ = reload_ || *signal == Signal::kReload;
    stop_ = stop_ || *signal == Signal::kStop;
  }
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
  feed_->Configure(loaded_->config.denylist);
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
  NotifyStatus(StatusLine());
  if (!IsWaiting()) ReportMetrics(now.wall);
  report_pace_.Note(now.mono, ReadClock().mono);
  next_report_ = std::max(MonoTime{now.mono.ms + kReportMs}, report_pace_.next());
}

void Daemon::ReportMetrics(UnixTime now) {
  const DaemonState state{now,
                          PAMJWT_VERSION,
                          config_.status().error.empty(),
                          fetcher_->write_error().empty(),
                          redeemer_->status(),
                          feed_->status()};
  const Status written = ReplaceFile(*loaded_->config.keys.metrics_file,
                                     MetricsText(IssuerStatuses(), state), kMetricsMode, AnyText);
  const std::string error = written.ok() ? "" : written.error().detail;
  if (!error.empty() && error != metrics_error_) {
    Say(LogLevel::kWarning, "metrics_unwritable" + LogField("detail", error));
  }
  metrics_error_ = error;
}

int Daemon::TimeoutMs(MonoTime now) const {
  MonoTime next = config_.NextRead();
  if (watchdog_ms_.has_value()) next = std::min(next, next_watchdog_);
  if (!options_.once) next = std::min(next, next_report_);
  if (fetcher_ != nullptr) next = std::min(next, fetcher_->NextWake());
  if (feed_ != nullptr) next = std::min(next, feed_->NextWake());
  if (redeemer_ != nullptr) next = std::min(next, redeemer_->NextWake());
  if (sockets_.has_value()) next = std::min(next, sockets_->NextWake());
  return static_cast<int>(std::clamp<std::int64_t>(next.ms - now.ms, 0, kLongestWaitMs));
}

}  // namespace pamjwt::fetcher
