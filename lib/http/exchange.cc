#include "http/exchange.h"

#include <poll.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "http/curl_http.h"
#include "io/clock.h"

namespace pamjwt::http {
namespace {

/// The longest wait for an event. libcurl ends an exchange whose time is up, and needs no more.
constexpr int kMaxWaitMs = 1'000;

std::vector<pollfd> WatchedBy(const ExchangeRules& rules) {
  if (rules.cancel_fd < 0) return {};
  return {{rules.cancel_fd, POLLIN, 0}};
}

bool HasEvent(const std::vector<pollfd>& fds) {
  return std::any_of(fds.begin(), fds.end(), [](const pollfd& fd) { return fd.revents != 0; });
}

/// Returns how long the exchange may take, in milliseconds: at most `timeout_ms`, and 0 or less if
/// the deadline is over.
std::int64_t TimeFor(std::int64_t timeout_ms, const ExchangeRules& rules) {
  const std::int64_t left_ms = (rules.deadline_ns - MonotonicNs()) / 1'000'000;
  return std::min(timeout_ms, left_ms);
}

}  // namespace

Result<std::optional<HttpResponse>> Exchange(HttpRequest request, const ExchangeRules& rules) {
  Result<std::unique_ptr<CurlHttp>> created = CurlHttp::Create(rules.owners, rules.user_agent);
  if (!created.ok()) return std::move(created).error();
  CurlHttp& http = *created.value();
  request.timeout_ms = TimeFor(request.timeout_ms, rules);
  if (request.timeout_ms <= 0) {
    const std::string& advice = request.advice.slow;
    return Error{Reason::kKeysMissing, request.url + ": timed out before the exchange started" +
                                           (advice.empty() ? "" : ": " + advice)};
  }
  // Before there is an exchange, Wait() only looks at the descriptor.
  Result<std::vector<pollfd>> fds = http.Wait(WatchedBy(rules), 0);
  if (!fds.ok()) return std::move(fds).error();
  if (HasEvent(fds.value())) return std::optional<HttpResponse>();

  std::optional<Result<HttpResponse>> result;
  http.Send(std::move(request), [&](Result<HttpResponse> got) { result = std::move(got); });
  while (!result.has_value()) {
    fds = http.Wait(WatchedBy(rules), kMaxWaitMs);
    if (!fds.ok()) return std::move(fds).error();
    if (!result.has_value() && HasEvent(fds.value())) return std::optional<HttpResponse>();
  }
  if (!result->ok()) return std::move(*result).error();
  return std::optional(std::move(*result).value());
}

}  // namespace pamjwt::http
