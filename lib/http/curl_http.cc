#include "http/curl_http.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/url.h"
#include "http/curl_exchange.h"
#include "io/clock.h"

namespace pamjwt::http {
namespace {

std::int64_t NowMs() {
  return MonotonicNs() / 1'000'000;
}

Error CurlError(CURLMcode code) {
  return {Reason::kInternal, std::string("libcurl: ") + curl_multi_strerror(code)};
}

/// Converts descriptors and events of poll(2) to those of libcurl.
std::vector<curl_waitfd> AsWaitFds(const std::vector<pollfd>& fds) {
  std::vector<curl_waitfd> wait;
  for (const pollfd& fd : fds) {
    int events = (fd.events & POLLIN) != 0 ? CURL_WAIT_POLLIN : 0;
    events |= (fd.events & POLLPRI) != 0 ? CURL_WAIT_POLLPRI : 0;
    events |= (fd.events & POLLOUT) != 0 ? CURL_WAIT_POLLOUT : 0;
    wait.push_back({fd.fd, static_cast<short>(events), 0});  // NOLINT(google-runtime-int)
  }
  return wait;
}

/// Returns the text in quotes. Shows at most its first 100 bytes.
std::string QuoteStart(std::string_view text) {
  constexpr std::size_t kMaxShown = 100;
  std::string shown(text.substr(0, kMaxShown));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < 0x20 || c > 0x7e || c == '"'; }, '?');
  return '"' + shown + (text.size() > kMaxShown ? "\"..." : "\"");
}

/// Returns 0 for requests that start first, 2 for those that start last.
int RankOf(const HttpRequest& request) {
  if (request.urgent) return 0;
  return request.continues ? 1 : 2;
}

std::string OriginOf(Url url) {
  url.rest.clear();
  return FormatUrl(url);
}

/// Checks whether a redirect of `request` to the url `to` is one that is followed.
Status CheckRedirect(const HttpRequest& request, const std::string& to) {
  const Result<Url> old_url = ParseHttpUrl(request.url, Reason::kKeysMissing);
  const Result<Url> new_url = ParseHttpUrl(to, Reason::kKeysMissing);
  const bool is_same =
      old_url.ok() && new_url.ok() && IsSameOrigin(old_url.value(), new_url.value());
  if (is_same && !request.post.has_value()) return Ok();
  // Only the origin is shown: path and query may have anything in them.
  const std::string shown = new_url.ok() ? OriginOf(new_url.value()) : to;
  std::string text = request.url + (is_same ? ": redirects a POST within its origin, "
                                            : ": redirects to another origin, ");
  text += QuoteStart(shown) + ", which is not followed";
  if (!request.advice.redirect.empty()) text += ": " + request.advice.redirect;
  return Error{Reason::kKeysMissing, std::move(text)};
}

}  // namespace

Result<std::unique_ptr<CurlHttp>> CurlHttp::Create(Owners owners, std::string user_agent,
                                                   CurlLimits limits) {
  static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kInitialised != CURLE_OK) {
    return Error{Reason::kInternal, std::string("libcurl: ") + curl_easy_strerror(kInitialised)};
  }
  CurlMultiPtr multi(curl_multi_init());
  if (multi == nullptr) return Error{Reason::kInternal, "libcurl gives no handle"};
  return std::unique_ptr<CurlHttp>(
      new CurlHttp(std::move(multi), owners, std::move(user_agent), limits));
}

CurlHttp::CurlHttp(CurlMultiPtr multi, Owners owners, std::string user_agent, CurlLimits limits)
    : multi_(std::move(multi)),
      owners_(owners),
      user_agent_(std::move(user_agent)),
      limits_(limits) {}

CurlHttp::~CurlHttp() {
  for (const PendingExchange& job : running_) {
    curl_multi_remove_handle(multi_.get(), job.exchange->handle());
  }
}

void CurlHttp::Send(HttpRequest request, HttpDone done) {
  PendingExchange job;
  job.request = std::move(request);
  job.done = std::move(done);
  const auto behind =
      std::upper_bound(waiting_.begin(), waiting_.end(), RankOf(job.request),
                       [](int rank, const auto& other) { return rank < RankOf(other.request); });
  waiting_.insert(behind, std::move(job));
}

void CurlHttp::Hurry(std::string_view url) {
  bool is_found = false;
  for (PendingExchange& job : waiting_) {
    if (job.request.url != url) continue;
    job.request.urgent = true;
    is_found = true;
  }
  if (!is_found) return;
  std::stable_partition(waiting_.begin(), waiting_.end(),
                        [](const PendingExchange& job) { return job.request.urgent; });
}

bool CurlHttp::HasRoomFor(const PendingExchange& job) const {
  if (running_.size() >= limits_.max_all) return false;
  const std::int64_t slow_since = NowMs() - limits_.slow_ms;
  const auto quick =
      std::count_if(running_.begin(), running_.end(),
                    [&](const PendingExchange& running) { return running.begun_ms > slow_since; });
  return job.request.urgent || static_cast<std::size_t>(quick) < limits_.max_quick;
}

void CurlHttp::StartWaiting() {
  while (!waiting_.empty() && HasRoomFor(waiting_.front())) {
    PendingExchange job = std::move(waiting_.front());
    waiting_.pop_front();
    job.begun_ms = NowMs();
    Start(std::move(job));
  }
}

void CurlHttp::Start(PendingExchange job) {
  Result<std::unique_ptr<CurlExchange>> exchange =
      CurlExchange::Create(job.request, owners_, user_agent_);
  if (!exchange.ok()) {
    ended_.emplace_back(std::move(job.done), std::move(exchange).error());
    return;
  }
  job.exchange = std::move(exchange).value();
  const CURLMcode added = curl_multi_add_handle(multi_.get(), job.exchange->handle());
  if (added != CURLM_OK) {
    ended_.emplace_back(std::move(job.done), CurlError(added));
    return;
  }
  running_.push_back(std::move(job));
}

/// Returns how long to wait, in milliseconds. If requests wait, the wait ends when the next running
/// exchange becomes slow, because a request can then start in its place.
int CurlHttp::BoundedTimeout(int timeout_ms) const {
  if (!ended_.empty()) return 0;
  if (waiting_.empty()) return timeout_ms;
  const std::int64_t now = NowMs();
  std::int64_t bound = timeout_ms;
  for (const PendingExchange& job : running_) {
    const std::int64_t left = job.begun_ms + limits_.slow_ms - now;
    if (left > 0) bound = std::min(bound, left);
  }
  return static_cast<int>(bound);
}

Result<std::vector<pollfd>> CurlHttp::Wait(std::vector<pollfd> fds, int timeout_ms) {
  StartWaiting();
  std::vector<curl_waitfd> wait_fds = AsWaitFds(fds);
  const CURLMcode waited =
      curl_multi_poll(multi_.get(), wait_fds.data(), static_cast<unsigned>(wait_fds.size()),
                      BoundedTimeout(timeout_ms), nullptr);
  if (waited != CURLM_OK) return CurlError(waited);
  // libcurl does not report POLLHUP and POLLERR.
  if (poll(fds.data(), fds.size(), 0) < 0) {
    for (pollfd& fd : fds) fd.revents = 0;
  }
  int still_running = 0;
  const CURLMcode performed = curl_multi_perform(multi_.get(), &still_running);
  if (performed != CURLM_OK) return CurlError(performed);
  CollectEnded();
  CallBack();
  return fds;
}

void CurlHttp::CollectEnded() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg == CURLMSG_DONE) FinishExchange(message->easy_handle, message->data.result);
  }
}

void CurlHttp::FinishExchange(CURL* handle, CURLcode code) {
  const auto found =
      std::find_if(running_.begin(), running_.end(),
                   [&](const PendingExchange& job) { return job.exchange->handle() == handle; });
  if (found == running_.end()) return;
  curl_multi_remove_handle(multi_.get(), handle);
  PendingExchange job = std::move(*found);
  running_.erase(found);
  std::string target = code == CURLE_OK ? job.exchange->RedirectTarget() : "";
  if (job.exchange->RepeatsToken(target)) {
    ended_.emplace_back(
        std::move(job.done),
        Error{Reason::kKeysMissing, job.request.url + ": redirects to a url with the "
                                                      "bearer token in it"});
    return;
  }
  if (!target.empty()) return Follow(std::move(job), std::move(target));
  ended_.emplace_back(std::move(job.done), job.exchange->TakeResponse(code));
}

void CurlHttp::Follow(PendingExchange job, std::string target) {
  Status followed = CheckRedirect(job.request, target);
  const std::int64_t left_ms = job.begun_ms + job.request.timeout_ms - NowMs();
  if (followed.ok() && (++job.redirects > kMaxRedirects || left_ms <= 0)) {
    followed = Error{Reason::kKeysMissing, job.request.url + ": redirects too often"};
  }
  if (!followed.ok()) {
    ended_.emplace_back(std::move(job.done), std::move(followed).error());
    return;
  }
  job.request.url = std::move(target);
  job.request.timeout_ms = left_ms;
  job.begun_ms = NowMs();
  Start(std::move(job));
}

void CurlHttp::CallBack() {
  for (auto& [done, result] : std::exchange(ended_, {})) {
    done(std::move(result));
  }
}

}  // namespace pamjwt::http
