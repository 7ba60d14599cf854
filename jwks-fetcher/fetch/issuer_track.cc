#include "jwks-fetcher/fetch/issuer_track.h"

#include <algorithm>

#include "core/base/log_field.h"
#include "jwks-fetcher/fetch/key_store.h"

namespace pamjwt::fetcher {
namespace {

/// Puts `more` behind `lines`.
std::vector<LogEntry> Join(std::vector<LogEntry> lines, std::vector<LogEntry> more) {
  std::move(more.begin(), more.end(), std::back_inserter(lines));
  return lines;
}

}  // namespace

void IssuerTrack::Configure(const std::string& name, const KeysOptions& options, MonoTime now) {
  status_.name = name;
  status_.url = url();
  bounds_ = {*options.refresh_min, *options.refresh_max};
  max_stale_ = *options.max_stale;
  least_cooldown_ = *options.cooldown;
  BringForward(After(now, bounds_.max.count * 1'000));
}

UnixTime IssuerTrack::Expiry(UnixTime fetched) const {
  return UnixTime{fetched.seconds + max_stale_.count};
}

void IssuerTrack::Start(bool for_login, FetchDone done) {
  for_login_ = for_login;
  fetch_.Start(for_login, std::move(done));
}

bool IssuerTrack::AdmitRefresh(MonoTime now, RefreshCause cause) {
  ++status_.refreshes;
  const bool may_fetch = cause == RefreshCause::kRoot || !cooldown_.Holds(now);
  if (running() || may_fetch) return true;
  ++status_.refreshes_refused;
  return false;
}

Result<bool> IssuerTrack::Keep(const FetchOutcome& outcome, std::vector<Jwk> keys, KeyStore& store,
                               UnixTime now) {
  if (outcome.end == FetchEnd::kFailed) {
    return Error{Reason::kKeysMissing, outcome.error};
  }
  if (outcome.end == FetchEnd::kKeys) {
    return store.Put({url(), now, Expiry(now), std::move(keys)});
  }
  if (store.Find(url()) == nullptr) {
    return Error{Reason::kKeysMissing, "HTTP 304, but there are no keys that could stay"};
  }
  store.Renew(url(), now, Expiry(now));
  return false;
}

IssuerTrack::FetchEffect IssuerTrack::Finish(FetchOutcome outcome, KeyStore& store, Instant now,
                                             double random) {
  const std::string last_error = std::exchange(status_.error, "");
  if (outcome.skew.has_value()) {
    status_.skew = outcome.skew;
  }
  tried_ = true;
  std::vector<Jwk> keys = std::move(outcome.set.keys);
  Result<bool> kept = Keep(outcome, std::move(keys), store, now.wall);
  if (!kept.ok()) {
    status_.error = std::move(kept).error().detail;
    Fail(now, random);
    std::vector<LogEntry> to_log = Describe(store, false, last_error);
    if (outcome.set.skipped.empty()) return {false, std::move(to_log)};
    return {false, Join(std::move(to_log), NoteSkipped(store, std::move(outcome.set.skipped)))};
  }
  const bool changed = kept.value();
  std::vector<LogEntry> to_log = Describe(store, changed, last_error);
  Succeed(outcome, changed, now, random);
  if (outcome.end != FetchEnd::kKeys) return {changed, std::move(to_log)};
  return {changed, Join(std::move(to_log), NoteSkipped(store, std::move(outcome.set.skipped)))};
}

void IssuerTrack::Succeed(const FetchOutcome& outcome, bool changed, Instant now, double random) {
  status_.failures = 0;
  ++(changed ? status_.fetches_changed : status_.fetches_unchanged);
  fetched_at_ = now.mono;
  due_ = After(now.mono, DelayAfterSuccess(bounds_, outcome.fresh_for, random));
  if (for_login_) cooldown_.Start(now.mono, changed, least_cooldown_);
  if (changed) cooldown_.BeginAnew();
}

void IssuerTrack::Fail(Instant now, double random) {
  fetch_.ForgetValidators();
  ++status_.failures;
  ++status_.fetches_failed;
  due_ = After(now.mono, DelayAfterFailure(bounds_, status_.failures, random));
  if (for_login_) cooldown_.Start(now.mono, false, least_cooldown_);
}

std::string IssuerTrack::LogFields(const KeyStore& store) const {
  const IssuerKeys* const keys = store.Find(url());
  const std::string count = std::to_string(keys == nullptr ? 0 : keys->keys.size());
  return LogField("issuer", status_.name) + LogField("keys", count);
}

std::vector<LogEntry> IssuerTrack::Describe(const KeyStore& store, bool changed,
                                            const std::string& last_error) const {
  if (!status_.error.empty()) {
    if (status_.error == last_error) return {};
    return {{LogLevel::kWarning,
             "fetch_failed" + LogFields(store) + LogField("detail", status_.error)}};
  }
  if (!changed && last_error.empty()) return {};
  return {{LogLevel::kInfo, "fetched" + LogFields(store)}};
}

std::vector<LogEntry> IssuerTrack::NoteSkipped(const KeyStore& store,
                                               std::vector<std::string> skipped) {
  // A status that was kept over a reload may be of another set.
  status_.skipped = skipped.size();
  status_.skipped_keys = FirstSkipped(skipped);
  if (skipped == skipped_) return {};
  skipped_ = std::move(skipped);
  std::vector<LogEntry> to_log;
  for (const std::string& line : status_.skipped_keys) {
    to_log.push_back(
        {LogLevel::kWarning, "key_skipped" + LogFields(store) + LogField("detail", line)});
  }
  return to_log;
}

void IssuerTrack::FollowClock(KeyStore& store, Instant now) {
  if (!fetched_at_.has_value()) return;
  const UnixTime fetched{now.wall.seconds - (now.mono.ms - fetched_at_->ms) / 1'000};
  store.Renew(url(), fetched, Expiry(fetched));
}

IssuerStatus IssuerTrack::StatusAt(const KeyStore& store, Instant now) const {
  IssuerStatus status = status_;
  const std::int64_t wait_ms = std::max<std::int64_t>(due_.ms - now.mono.ms, 0);
  status.next = UnixTime{now.wall.seconds + (running() ? 0 : wait_ms / 1'000)};
  status.cooldown = CooldownLeft(now.mono);
  if (const KeyStore::FileEntry* const in_file = store.FindInFile(url())) {
    status.file_keys = in_file->keys;
    status.file_fetched = in_file->fetched;
  }
  const IssuerKeys* const keys = store.Find(url());
  if (keys == nullptr) return status;
  status.keys = keys->keys.size();
  status.fetched = keys->fetched;
  status.expires = Expiry(keys->fetched);
  return status;
}

}  // namespace pamjwt::fetcher
