#include "jwks-fetcher/fetch/fetcher_state.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "core/base/log_field.h"

namespace pamjwt::fetcher {
namespace {

// What ends within this time is written together.
constexpr std::int64_t kWriteDelayMs = 250;
constexpr std::int64_t kWriteRetryMs = 10'000;
// A clock that is set; less is the rounding of seconds.
constexpr std::int64_t kSetBackSeconds = 2;
constexpr std::int64_t kSetForwardSeconds = 60;
constexpr double kSpreadMs = 5'000;

KeySource SourceOf(const Issuer& issuer) {
  KeySource source;
  source.url = *issuer.url;
  source.metadata_url = *issuer.metadata_url;
  source.jwks_uri = *issuer.jwks_uri;
  source.ca_file = *issuer.ca_file;
  source.proxy = *issuer.proxy;
  source.proxy_password_file = *issuer.proxy_password_file;
  source.timeout_ms = issuer.timeout->count * 1'000;
  return source;
}

template <typename Waiting>
void Answer(Waiting waiting, Fetcher::RefreshEnd end) {
  for (const Fetcher::RefreshDone& done : waiting) {
    done(end);
  }
}

}  // namespace

void Fetcher::State::Say(Level level, const std::string& line) const {
  if (log_) log_(level, line);
}

IssuerTrack* Fetcher::State::Find(std::string_view url) const {
  const auto found = std::find_if(tracks_.begin(), tracks_.end(),
                                  [&](const auto& track) { return track->url() == url; });
  return found == tracks_.end() ? nullptr : found->get();
}

/// The track of before, if there is one and it fetches from the same place, or a new one.
std::unique_ptr<IssuerTrack> Fetcher::State::TrackFor(const Issuer& issuer, Tracks& old,
                                                      MonoTime now) {
  const auto found = std::find_if(old.begin(), old.end(), [&](const auto& track) {
    return track != nullptr && track->url() == *issuer.url;
  });
  KeySource source = SourceOf(issuer);
  if (found != old.end() && (*found)->source() == source) return std::move(*found);
  auto track = std::make_unique<IssuerTrack>(
      http_, std::move(source), [this] { return clock_().wall; }, now);
  if (found != old.end()) track->ContinueFrom(**found);
  return track;
}

void Fetcher::State::Configure(const Config& config) {
  const Instant now = clock_();
  Tracks old = std::exchange(tracks_, {});
  std::vector<std::string> urls;
  for (const Issuer& issuer : config.issuers) {
    if (!issuer.NeedsDaemon()) continue;
    tracks_.push_back(TrackFor(issuer, old, now.mono));
    tracks_.back()->Configure(issuer.name, config.keys, now.mono);
    urls.push_back(*issuer.url);
  }
  store_.KeepOnly(urls);
  if (store_.dirty() && !write_due_.has_value()) write_due_ = now.mono;
  for (const auto& track : old) {
    if (track == nullptr) continue;
    const bool is_gone = Find(track->url()) == nullptr;
    Answer(track->TakeWaiting(), is_gone ? RefreshEnd::kUnknownIssuer : RefreshEnd::kUnchanged);
  }
}

void Fetcher::State::Start(IssuerTrack& track, bool for_login) {
  track.Start(for_login,
              [this, &track](FetchOutcome outcome) { Finish(track, std::move(outcome)); });
}

void Fetcher::State::Finish(IssuerTrack& track, FetchOutcome outcome) {
  const Instant now = clock_();
  NoticeClock(now);
  const IssuerTrack::Effect effect = track.Finish(std::move(outcome), store_, now, random_());
  for (const auto& [level, line] : effect.lines) {
    Say(level, line);
  }
  if (store_.dirty()) WriteBy(After(now.mono, kWriteDelayMs));
  if (!track.has_waiting()) return;
  // What an earlier fetch brought may not be in the file yet.
  const bool is_news = effect.changed || !write_error_.empty();
  if (is_news) Write(now.mono);
  const bool is_readable = is_news && write_error_.empty();
  // The last thing: who is answered may reload the configuration.
  Answer(track.TakeWaiting(), is_readable ? RefreshEnd::kChanged : RefreshEnd::kUnchanged);
}

/// The schedule does not follow the host's clock, but what is written down does.
void Fetcher::State::NoticeClock(Instant now) {
  const std::int64_t offset = now.wall.seconds - now.mono.ms / 1'000;
  const std::int64_t step = offset - clock_offset_.value_or(offset);
  if (!clock_offset_.has_value() || step >= kSetForwardSeconds || step <= -kSetBackSeconds) {
    clock_offset_ = offset;
  }
  if (step <= -kSetBackSeconds) {
    Say(Level::kInfo, "clock_set" + LogField("by_s", std::to_string(step)));
    for (const auto& track : tracks_) track->FollowClock(store_, now);
    if (store_.dirty()) write_due_ = now.mono;
  }
  if (step < kSetForwardSeconds) return;
  // Or the host slept: what was fresh need not be so any more.
  Say(Level::kInfo, "clock_set" + LogField("by_s", std::to_string(step)));
  for (const auto& track : tracks_) {
    track->BringForward(After(now.mono, static_cast<std::int64_t>(random_() * kSpreadMs)));
  }
}

void Fetcher::State::Run() {
  const Instant now = clock_();
  NoticeClock(now);
  for (const auto& track : tracks_) {
    if (!track->running() && track->due() <= now.mono) Start(*track, false);
  }
  WriteIfDue(now.mono);
}

void Fetcher::State::WriteBy(MonoTime due) {
  write_due_ = std::min(write_due_.value_or(due), due);
}

bool Fetcher::State::AnyRunning() const {
  return std::any_of(tracks_.begin(), tracks_.end(),
                     [](const auto& track) { return track->running(); });
}

void Fetcher::State::WriteIfDue(MonoTime now) {
  if (!write_due_.has_value()) return;
  const bool is_last = write_error_.empty() && !AnyRunning();
  if (is_last || *write_due_ <= now) Write(now);
}

/// A login waits for what could not be written. Not with each one of a flood.
void Fetcher::State::RetryWrite(MonoTime now) {
  if (write_error_.empty() || now < After(write_failed_, kWriteDelayMs)) return;
  Write(now);
}

void Fetcher::State::Write(MonoTime now) {
  pamjwt::Status written = store_.Write();
  const std::string last_error = std::exchange(write_error_, "");
  if (!written.ok()) {
    write_error_ = std::move(written).error().detail;
    write_failed_ = now;
    if (!write_error_since_.has_value()) write_error_since_ = clock_().wall;
    write_due_ = After(now, kWriteRetryMs);
    if (write_error_ == last_error) return;
    Say(Level::kWarning, "key_file_unwritable" + LogField("detail", write_error_));
    return;
  }
  write_due_ = std::nullopt;
  write_error_since_ = std::nullopt;
  if (!last_error.empty()) Say(Level::kInfo, "key_file_written");
}

MonoTime Fetcher::State::NextWake() const {
  MonoTime next = write_due_.value_or(MonoTime{std::numeric_limits<std::int64_t>::max()});
  for (const auto& track : tracks_) {
    if (!track->running()) next = std::min(next, track->due());
  }
  return next;
}

void Fetcher::State::Refresh(std::string_view issuer_url, RefreshDone done) {
  IssuerTrack* const track = Find(issuer_url);
  if (track == nullptr) return done(RefreshEnd::kUnknownIssuer);
  const Instant now = clock_();
  if (!track->AdmitRefresh(now.mono)) {
    RetryWrite(now.mono);
    return done(RefreshEnd::kCooldown);
  }
  track->Wait(std::move(done));
  if (!track->running()) Start(*track, true);
}

bool Fetcher::State::AllTried() const {
  const bool is_written = !store_.dirty() || !write_error_.empty();
  return is_written && std::all_of(tracks_.begin(), tracks_.end(),
                                   [](const auto& track) { return track->tried(); });
}

std::vector<IssuerStatus> Fetcher::State::Status() const {
  const Instant now = clock_();
  std::vector<IssuerStatus> all;
  for (const auto& track : tracks_) {
    all.push_back(track->Status(store_, now));
    all.back().file_error = write_error_;
    all.back().file_error_since = write_error_since_;
  }
  return all;
}

}  // namespace pamjwt::fetcher
