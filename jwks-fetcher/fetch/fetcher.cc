#include "jwks-fetcher/fetch/fetcher.h"

#include <algorithm>
#include <utility>

#include "core/base/log_field.h"

namespace pamjwt::fetcher {
namespace {

// Fetches that end within this time are written together.
constexpr std::int64_t kWriteDelayMs = 250;
constexpr std::int64_t kWriteRetryMs = 10'000;
// The smallest steps of the clock that count. A smaller step back can come from the rounding to
// seconds.
constexpr std::int64_t kSetBackSeconds = 2;
constexpr std::int64_t kSetForwardSeconds = 60;
constexpr double kSpreadMs = 5'000;

KeySource SourceOf(const Issuer& issuer) {
  KeySource source;
  source.url = *issuer.url;
  source.metadata_url = *issuer.metadata_url;
  source.jwks_uri = *issuer.jwks_uri;
  source.ca_file = *issuer.ca_file;
  source.bearer_token_file = *issuer.bearer_token_file;
  source.proxy = *issuer.proxy;
  source.proxy_password_file = *issuer.proxy_password_file;
  source.timeout_ms = issuer.timeout->count * 1'000;
  source.key_use = *issuer.key_use;
  return source;
}

void AnswerAll(const std::vector<RefreshDone>& waiting, RefreshEnd end) {
  for (const RefreshDone& done : waiting) {
    done({end});
  }
}

}  // namespace

Fetcher::Fetcher(http::HttpClient& http, KeyStore& store, TimeSource clock, RandomSource random)
    : http_(http), store_(store), clock_(std::move(clock)), random_(std::move(random)) {}

void Fetcher::Say(LogLevel level, const std::string& line) const {
  if (log_) log_(level, line);
}

std::unique_ptr<IssuerTrack> Fetcher::NewTrack(KeySource source, MonoTime due) {
  return std::make_unique<IssuerTrack>(
      http_, std::move(source), [this] { return clock_().wall; }, due);
}

void Fetcher::Configure(const Config& config) {
  const Instant now = clock_();
  std::vector<std::unique_ptr<IssuerTrack>> old = std::exchange(tracks_, {});
  // The urls in these keys belong to tracks that live until the end of this function.
  std::unordered_map<std::string_view, std::unique_ptr<IssuerTrack>*> old_by_url;
  for (auto& track : old) old_by_url.emplace(track->url(), &track);
  by_url_.clear();
  std::vector<std::string> urls;
  for (const Issuer& issuer : config.issuers) {
    if (!issuer.NeedsDaemon()) continue;
    KeySource source = SourceOf(issuer);
    const auto found = old_by_url.find(source.url);
    const bool is_known = found != old_by_url.end() && *found->second != nullptr;
    const bool stays = is_known && (*found->second)->source() == source;
    tracks_.push_back(stays ? std::move(*found->second) : NewTrack(std::move(source), now.mono));
    if (is_known && !stays) tracks_.back()->ContinueFrom(**found->second);
    tracks_.back()->Configure(issuer.name, config.keys, now.mono);
    by_url_.emplace(tracks_.back()->url(), tracks_.back().get());
    urls.push_back(*issuer.url);
  }
  PlanAll();
  untried_ = static_cast<std::size_t>(std::count_if(
      tracks_.begin(), tracks_.end(), [](const auto& track) { return !track->tried(); }));
  store_.KeepOnly(urls);
  if (store_.dirty() && !write_due_.has_value()) write_due_ = now.mono;
  for (const auto& track : old) {
    if (track == nullptr) continue;
    const bool is_gone = !by_url_.contains(track->url());
    AnswerAll(track->TakeWaiting(), is_gone ? RefreshEnd::kUnknownIssuer : RefreshEnd::kUnchanged);
  }
}

/// Makes the agenda anew. Issuers that are due at the same time keep their order.
void Fetcher::PlanAll() {
  agenda_.clear();
  for (const auto& track : tracks_) {
    if (!track->running()) agenda_.emplace(track->due(), track.get());
  }
}

void Fetcher::Unplan(IssuerTrack& track) {
  const auto [begin, end] = agenda_.equal_range(track.due());
  const auto found =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == &track; });
  if (found != end) agenda_.erase(found);
}

void Fetcher::Start(IssuerTrack& track, bool for_login) {
  Unplan(track);
  track.Start(for_login,
              [this, &track](FetchOutcome outcome) { Finish(track, std::move(outcome)); });
}

void Fetcher::Finish(IssuerTrack& track, FetchOutcome outcome) {
  const Instant now = clock_();
  NoticeClock(now);
  Unplan(track);  // a change of the clock may have planned it, since its fetch has ended
  if (!track.tried()) --untried_;
  const IssuerTrack::FetchEffect effect = track.Finish(std::move(outcome), store_, now, random_());
  agenda_.emplace(track.due(), &track);
  for (const auto& [level, line] : effect.to_log) {
    Say(level, line);
  }
  file_lacks_keys_ = file_lacks_keys_ || effect.changed;
  if (store_.dirty()) WriteBy(After(now.mono, kWriteDelayMs));
  if (!track.has_waiting()) return;
  // The file may also lack what an earlier fetch brought.
  const bool is_news = file_lacks_keys_;
  WriteForLogin(now.mono);
  const bool is_readable = is_news && !file_lacks_keys_;
  // This comes last, because a callback may reload the configuration and so delete the track.
  AnswerAll(track.TakeWaiting(), is_readable ? RefreshEnd::kChanged : RefreshEnd::kUnchanged);
}

/// Corrects the times that are written down if the host's clock was set back. Fetches all keys
/// again soon if the clock was set forward. The schedule does not follow this clock.
void Fetcher::NoticeClock(Instant now) {
  const std::int64_t offset = now.wall.seconds - now.mono.ms / 1'000;
  const std::int64_t step = offset - clock_offset_.value_or(offset);
  if (!clock_offset_.has_value() || step >= kSetForwardSeconds || step <= -kSetBackSeconds) {
    clock_offset_ = offset;
  }
  if (step <= -kSetBackSeconds) {
    Say(LogLevel::kInfo, "clock_set" + LogField("by_s", std::to_string(step)));
    for (const auto& track : tracks_) track->FollowClock(store_, now);
    if (store_.dirty()) write_due_ = now.mono;
  }
  if (step < kSetForwardSeconds) return;
  // The host may also have slept, and then keys may not be fresh any more.
  Say(LogLevel::kInfo, "clock_set" + LogField("by_s", std::to_string(step)));
  for (const auto& track : tracks_) {
    track->BringForward(After(now.mono, static_cast<std::int64_t>(random_() * kSpreadMs)));
  }
  PlanAll();
}

void Fetcher::Run() {
  const Instant now = clock_();
  NoticeClock(now);
  while (!agenda_.empty() && agenda_.begin()->first <= now.mono) {
    Start(*agenda_.begin()->second, false);
  }
  WriteIfDue(now.mono);
}

void Fetcher::WriteBy(MonoTime due) {
  write_due_ = std::min(write_due_.value_or(due), due);
}

void Fetcher::WriteIfDue(MonoTime now) {
  if (!write_due_.has_value() || now < write_pace_.next()) return;
  const bool is_last = write_error_.empty() && !AnyRunning();
  if (is_last || *write_due_ <= now) Write(now);
}

/// Writes the file now if it lacks keys, because a login waits for them. Does nothing shortly after
/// a failed try, so that a flood of logins does not write without pause.
void Fetcher::WriteForLogin(MonoTime now) {
  const bool has_just_failed = !write_error_.empty() && now < After(write_failed_, kWriteDelayMs);
  if (file_lacks_keys_ && !has_just_failed) Write(now);
}

void Fetcher::Write(MonoTime now) {
  Status written = store_.Write();
  write_pace_.Note(now, clock_().mono);
  const std::string last_error = std::exchange(write_error_, "");
  if (!written.ok()) {
    write_error_ = std::move(written).error().detail;
    write_failed_ = now;
    if (!write_error_since_.has_value()) write_error_since_ = clock_().wall;
    write_due_ = After(now, kWriteRetryMs);
    if (write_error_ == last_error) return;
    Say(LogLevel::kWarning, "key_file_unwritable" + LogField("detail", write_error_));
    return;
  }
  file_lacks_keys_ = false;
  write_due_ = std::nullopt;
  write_error_since_ = std::nullopt;
  if (!last_error.empty()) Say(LogLevel::kInfo, "key_file_written");
}

MonoTime Fetcher::NextWake() const {
  const MonoTime write =
      write_due_.has_value() ? std::max(*write_due_, write_pace_.next()) : kNever;
  return agenda_.empty() ? write : std::min(write, agenda_.begin()->first);
}

void Fetcher::Refresh(std::string_view issuer_url, RefreshCause cause, RefreshDone done) {
  const auto found = by_url_.find(issuer_url);
  if (found == by_url_.end()) return done({RefreshEnd::kUnknownIssuer});
  IssuerTrack& track = *found->second;
  const Instant now = clock_();
  if (!track.AdmitRefresh(now.mono, cause)) {
    WriteForLogin(now.mono);
    return done({RefreshEnd::kCooldown, track.CooldownLeft(now.mono)});
  }
  track.Wait(std::move(done));
  const bool is_login = cause == RefreshCause::kLogin;
  if (!track.running()) return Start(track, is_login);
  if (is_login) track.Hurry();
}

bool Fetcher::AllTried() const {
  return untried_ == 0 && (!store_.dirty() || !write_error_.empty());
}

std::vector<IssuerStatus> Fetcher::IssuerStatuses() const {
  const Instant now = clock_();
  std::vector<IssuerStatus> all;
  for (const auto& track : tracks_) {
    all.push_back(track->StatusAt(store_, now));
    all.back().file_error = write_error_;
    all.back().file_error_since = write_error_since_;
  }
  return all;
}

}  // namespace pamjwt::fetcher
