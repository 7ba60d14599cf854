#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "http/http.h"
#include "io/file.h"

namespace pamjwt::http {

/// The rules of one exchange: its client, and when it ends before the request's own timeout.
struct ExchangeRules {
  Owners owners;           ///< who may own the files that a request names
  std::string user_agent;  ///< RFC 9110 §10.1.5, for example "jwt-sso/0.1"
  /// The time of MonotonicNs() at which the exchange fails. Several exchanges can share it.
  std::int64_t deadline_ns = std::numeric_limits<std::int64_t>::max();
  /// Cancels the exchange when it can be read, or its other end was closed. -1: nothing does.
  int cancel_fd = -1;
};

/// Runs one exchange to its end, for a program that does nothing else meanwhile. The first call
/// initialises libcurl, so it must come before there are other threads.
///
/// Returns nullopt if `cancel_fd` cancelled the exchange. Then the server may have the request. A
/// response that came whole at the same time is returned. If `cancel_fd` can be read or the
/// deadline is over before the exchange starts, nothing is sent.
/// Errors: those of HttpClient::Send; kKeysMissing if the time is up; kInternal.
Result<std::optional<HttpResponse>> Exchange(HttpRequest request, const ExchangeRules& rules);

}  // namespace pamjwt::http
