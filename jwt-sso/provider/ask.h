#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/client_profile.h"
#include "http/http.h"

namespace pamjwt::sso {

/// Sends a request to the provider of a profile, with the certificates and the proxy that the
/// profile or the environment names. It takes 30 seconds at most, and ends at `deadline_ns`, a time
/// of MonotonicNs(). Errors: kKeysMissing, with the url and what to do; kInternal.
Result<http::HttpResponse> Ask(http::HttpRequest request, const ClientProfile& profile,
                               std::int64_t deadline_ns);

/// Returns whether the server says that it cannot answer now: 429, and 500 and above.
bool IsBusy(const http::HttpResponse& response);

/// Returns the error of an answer whose status its protocol does not have: the url, the status, and
/// what to do. `words` are those of the provider, for a message, or empty. `now` is for a
/// Retry-After that is a date. The reason is kKeysMissing.
Error UnexpectedStatus(std::string_view url, const http::HttpResponse& response,
                       std::string_view words, UnixTime now);

}  // namespace pamjwt::sso
