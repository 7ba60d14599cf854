#include "jwks-fetcher/redeem/redeemer.h"

#include <algorithm>
#include <utility>

#include "core/base/log_field.h"
#include "jwks-fetcher/redeem/one_time_key.h"

namespace pamjwt::fetcher {
namespace {

/// The greatest difference between hosts that share a store, in seconds: a minute between their
/// clocks, and from no leeway to the longest.
constexpr std::int64_t kMarginS = 6 * 60;
/// A record may be kept for a day even if max_token_age is shorter. So raising max_token_age, up to
/// a day, does not make used tokens valid again.
constexpr std::int64_t kDayS = std::int64_t{24} * 60 * 60;
constexpr std::int64_t kEndOfYearsS = 253'402'300'799;

bool IsOneTime(const Issuer& issuer) {
  const auto has_one_time = [](const auto& entry) { return *entry.second.claims.one_time; };
  return *issuer.one_time ||
         std::any_of(issuer.policies.begin(), issuer.policies.end(), has_one_time);
}

}  // namespace

Redeemer::Redeemer(StoreFactory make, TimeSource clock, LogSink log)
    : make_(std::move(make)), clock_(std::move(clock)), log_(std::move(log)) {}

void Redeemer::Configure(const Config& config) {
  issuers_.clear();
  for (const Issuer& issuer : config.issuers) {
    issuers_.push_back({*issuer.url, IsOneTime(issuer), *issuer.max_token_age});
  }
  leeway_ = *config.login.leeway;
  const bool is_another = store_ == nullptr || store_url_ != *config.store.url ||
                          password_file_ != *config.store.password_file;
  if (is_another) {
    store_.reset();
    store_ = make_(config.store);
    store_url_ = *config.store.url;
    password_file_ = *config.store.password_file;
  }
  const bool is_needed = std::any_of(issuers_.begin(), issuers_.end(),
                                     [](const RedeemRules& rules) { return rules.one_time; });
  if (is_needed) {
    store_->Prepare(clock_(), [this](const Status& status) { NoteStore(status); });
  }
}

const Redeemer::RedeemRules* Redeemer::Find(std::string_view issuer_url) const {
  const auto found = std::find_if(issuers_.begin(), issuers_.end(), [&](const RedeemRules& rules) {
    return rules.url == issuer_url;
  });
  return found == issuers_.end() ? nullptr : &*found;
}

void Redeemer::Redeem(std::string_view issuer_url, std::string_view jti, UnixTime expires,
                      RedeemDone done) {
  const RedeemRules* const rules = Find(issuer_url);
  if (rules == nullptr) return done(RedeemEnd::kUnknownIssuer);
  if (!rules->one_time) return done(RedeemEnd::kNotOneTime);
  const Result<std::string> key = OneTimeKey(issuer_url, jti);
  if (!key.ok()) return done(Conclude(key.error()));
  const Instant now = clock_();
  store_->Redeem(
      key.value(), KeepUntil(*rules, expires, now.wall), now,
      [this, done = std::move(done)](const Result<bool>& first) { done(Conclude(first)); });
}

/// Returns until when a record has to be kept. No token is accepted after max_token_age, whatever
/// its exp is, so a caller cannot fill the store for longer. A service can have a shorter
/// max_token_age than its issuer, but not a longer one.
UnixTime Redeemer::KeepUntil(const RedeemRules& rules, UnixTime expires, UnixTime now) const {
  std::int64_t last = kEndOfYearsS;
  if (rules.max_token_age.count != 0) {
    last = now.seconds + std::max(rules.max_token_age.count, kDayS) + 2 * leeway_.count;
  }
  return {std::clamp(expires.seconds, now.seconds, std::max(last, now.seconds)) + kMarginS};
}

RedeemEnd Redeemer::Conclude(const Result<bool>& first) {
  NoteStore(first.ok() ? Ok() : Status(first.error()));
  if (!first.ok()) {
    ++status_.unavailable;
    return RedeemEnd::kStoreUnavailable;
  }
  ++(first.value() ? status_.first : status_.used);
  return first.value() ? RedeemEnd::kFirst : RedeemEnd::kUsed;
}

/// Logs that the store can be used again, or why it cannot, if that has changed.
void Redeemer::NoteStore(const Status& status) {
  const std::string error = status.ok() ? "" : status.error().detail;
  if (error == status_.store_error) return;
  status_.store_error = error;
  if (error.empty()) {
    log_(LogLevel::kInfo, "store_usable" + LogField("url", store_url_));
  } else {
    log_(LogLevel::kError,
         "store_unavailable" + LogField("url", store_url_) + LogField("detail", error));
  }
}

}  // namespace pamjwt::fetcher
