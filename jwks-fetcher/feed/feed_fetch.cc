#include "jwks-fetcher/feed/feed_fetch.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/base/log_field.h"
#include "core/denylist/feed.h"
#include "http/caching.h"
#include "http/http_date.h"
#include "http/retry_after.h"
#include "io/carried_feed.h"
#include "jwks-fetcher/feed/feed_schedule.h"
#include "jwks-fetcher/feed/feed_shape.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kTimeoutMs = 60'000;
constexpr int kOk = 200;
constexpr int kNotModified = 304;

/// Returns how long the server wants not to be asked, if it says so.
std::optional<Seconds> WaitWantedBy(const Result<http::HttpResponse>& result, UnixTime now) {
  if (!result.ok() || result.value().retry_after.empty()) return std::nullopt;
  const http::HttpResponse& response = result.value();
  const UnixTime sent = http::SenderTime(response.date, response.age).value_or(now);
  return http::RetryAfter(response.retry_after, sent);
}

/// Returns whether the list that replaces this one will have other validators. A file that is
/// replaced within the second of its Last-Modified may keep that time, and an ETag made of it
/// (RFC 9110 §8.8.2.2).
bool HasReliableValidators(const http::HttpResponse& response) {
  if (response.last_modified.empty()) return !response.etag.empty();
  const std::optional<UnixTime> sent = http::ParseHttpDate(response.date);
  const std::optional<UnixTime> modified = http::ParseHttpDate(response.last_modified);
  constexpr std::int64_t kApart = 2;
  return sent.has_value() && modified.has_value() && sent->seconds - modified->seconds >= kApart;
}

/// Returns the time of the wall clock at `then`, by the clock as it stands `now`.
std::optional<UnixTime> WallTime(const std::optional<MonoTime>& then, Instant now) {
  if (!then.has_value()) return std::nullopt;
  return UnixTime{now.wall.seconds - (now.mono.ms - then->ms) / 1'000};
}

}  // namespace

FeedFetch::FeedFetch(http::HttpClient& http, std::string path, TimeSource clock,
                     RandomSource random)
    : http_(http), path_(std::move(path)), clock_(std::move(clock)), random_(std::move(random)) {}

void FeedFetch::Say(LogLevel level, const std::string& line) const {
  if (log_) log_(level, line);
}

void FeedFetch::Configure(const DenylistOptions& options) {
  refresh_ = *options.refresh;
  std::optional<Source> source;
  if (options.url.given()) {
    source = Source{*options.url, *options.ca_file, *options.proxy, *options.proxy_password_file};
  }
  if (source != source_) return BeginWith(std::move(source));
  due_ = std::min(due_, MonoTime{begun_.ms + refresh_.count * 1'000});
}

void FeedFetch::BeginWith(std::optional<Source> source) {
  source_ = std::move(source);
  running_ = nullptr;
  validators_ = std::nullopt;
  fetched_at_ = changed_at_ = std::nullopt;
  tried_ = false;
  begun_ = due_ = clock_().mono;
  status_ = FeedStatus{};
  if (source_.has_value()) status_.url = source_->url;
}

MonoTime FeedFetch::NextWake() const {
  return source_.has_value() && running_ == nullptr ? due_ : kNever;
}

void FeedFetch::Run() {
  if (NextWake() <= clock_().mono) Start();
}

http::HttpRequest FeedFetch::Request() const {
  http::HttpRequest request;
  request.url = source_->url;
  request.fields = {{"Accept", "*/*"}};
  request.ca_file = source_->ca_file;
  request.proxy = source_->proxy;
  request.proxy_password_file = source_->proxy_password_file;
  request.timeout_ms = kTimeoutMs;
  request.max_bytes = kMaxFeedBytes;
  request.nearest = http::AddressClass::kLocal;  // the administrator named it
  request.allow_plain = true;
  // Many issuers that do not answer must not delay a denial.
  request.urgent = true;
  request.advice.redirect =
      "if that place is right, give its url, for which the list must be signed";
  return request;
}

void FeedFetch::Start() {
  http::HttpRequest request = Request();
  // A file that was removed or cut off meanwhile must come again.
  if (validators_.has_value() && CarriedFeedBytes(path_) == validators_->bytes) {
    request.etag = validators_->etag;
    request.last_modified = validators_->last_modified;
  }
  is_conditional_ = !request.etag.empty() || !request.last_modified.empty();
  begun_ = clock_().mono;
  running_ = std::make_shared<FeedFetch*>(this);
  http_.Send(std::move(request),
             [weak = std::weak_ptr<FeedFetch*>(running_)](Result<http::HttpResponse> result) {
               const std::shared_ptr<FeedFetch*> self = weak.lock();
               if (self != nullptr) (*self)->Finish(std::move(result));
             });
}

void FeedFetch::Finish(Result<http::HttpResponse> result) {
  running_ = nullptr;
  tried_ = true;
  const Instant now = clock_();
  due_ = NextFeedFetch(begun_, now.mono, refresh_, WaitWantedBy(result, now.wall), random_());
  const Result<bool> taken =
      result.ok() ? Take(std::move(result).value()) : Result<bool>(std::move(result).error());
  // The C library would keep the memory of a long body, which is free again now.
  malloc_trim(0);
  Note(taken, now);
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the body is free again when this returns
Result<bool> FeedFetch::Take(http::HttpResponse response) {
  if (response.status == kOk) return Keep(response);
  if (response.status == kNotModified && is_conditional_) {
    if (!response.etag.empty()) validators_->etag = response.etag;
    return false;
  }
  return Error{Reason::kKeysMissing,
               source_->url + ": HTTP " + std::to_string(response.status) +
                   (response.status == kNotModified ? ", which was not asked for" : "")};
}

Result<bool> FeedFetch::Keep(const http::HttpResponse& response) {
  const Status shape = CheckFeedShape(response.body);
  if (!shape.ok()) return Error{shape.error().reason, source_->url + ": " + shape.error().detail};
  const bool is_same = IsCarriedFeed(path_, Owners{geteuid()}, response.body);
  const Status written = is_same ? Ok() : WriteCarriedFeed(path_, response.body);
  if (!written.ok()) return written.error();
  validators_ = std::nullopt;
  if (HasReliableValidators(response)) {
    validators_ = {response.etag, response.last_modified, response.body.size()};
  }
  return !is_same;
}

void FeedFetch::Note(const Result<bool>& taken, Instant now) {
  const std::string last_error = std::exchange(status_.error, "");
  if (!taken.ok()) {
    status_.error = taken.error().detail;
    ++status_.failures;
    ++status_.fetches_failed;
    if (status_.error == last_error) return;
    return Say(LogLevel::kWarning, "denylist_fetch_failed" + LogField("detail", status_.error));
  }
  fetched_at_ = now.mono;
  if (taken.value()) changed_at_ = now.mono;
  status_.failures = 0;
  ++(taken.value() ? status_.fetches_changed : status_.fetches_unchanged);
  if (!taken.value() && last_error.empty()) return;
  const std::size_t bytes = CarriedFeedBytes(path_).value_or(0);
  Say(LogLevel::kInfo, "denylist_fetched" + LogField("bytes", std::to_string(bytes)) +
                           LogField("changed", taken.value() ? "yes" : "no"));
}

std::optional<FeedStatus> FeedFetch::status() const {
  if (!source_.has_value()) return std::nullopt;
  const Instant now = clock_();
  FeedStatus status = status_;
  status.fetched = WallTime(fetched_at_, now);
  status.changed = WallTime(changed_at_, now);
  status.bytes = CarriedFeedBytes(path_);
  const std::int64_t wait_ms =
      running_ == nullptr ? std::max<std::int64_t>(due_.ms - now.mono.ms, 0) : 0;
  status.next = UnixTime{now.wall.seconds + wait_ms / 1'000};
  return status;
}

}  // namespace pamjwt::fetcher
