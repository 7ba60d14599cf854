#include "jwt-sso/provider/ask.h"

#include <optional>
#include <utility>

#include "core/base/url.h"
#include "http/caching.h"
#include "http/exchange.h"
#include "http/retry_after.h"
#include "io/file.h"

namespace pamjwt::sso {
namespace {

constexpr int kTooManyRequests = 429;  // RFC 6585 §4
constexpr int kServerError = 500;

constexpr std::int64_t kTimeoutMs = 30'000;

http::HttpAdvice Advice(bool is_post) {
  http::HttpAdvice advice;
  advice.redirect = is_post
                        ? "the provider names a wrong url in its metadata: tell its administrator"
                        : "write the issuer in the profile as the provider itself does";
  advice.unreachable =
      "check the network, and the issuer and proxy of the profile, or try again later";
  advice.slow = "the provider or the network is too slow: try again later";
  advice.untrusted =
      "set ca_file in the profile if the provider has an authority of its own, and check the clock "
      "of this computer";
  return advice;
}

std::string WhenToTryAgain(const http::HttpResponse& response, UnixTime now) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const UnixTime sent = http::SenderTime(response.date, response.age).value_or(now);
  const std::optional<Seconds> wait = http::RetryAfter(response.retry_after, sent);
  if (!wait.has_value() || wait->count > kDay) return "try again later";
  const auto in = [&](std::int64_t unit, const std::string& name) {
    return "try again in " + std::to_string((wait->count + unit - 1) / unit) + " " + name;
  };
  if (wait->count > 2 * kHour) return in(kHour, "hours");
  if (wait->count > 2 * kMinute) return in(kMinute, "minutes");
  return in(1, "seconds");
}

}  // namespace

Result<http::HttpResponse> Ask(http::HttpRequest request, const ClientProfile& profile,
                               std::int64_t deadline_ns) {
  const Result<Url> issuer = ParseHttpUrl(profile.issuer, Reason::kConfigInvalid);
  request.ca_file = profile.ca_file;
  request.proxy = profile.proxy;
  request.environment_proxy = true;
  request.timeout_ms = kTimeoutMs;
  // The user could send the same request with any program. What the server is, its certificate
  // says, and a proxy of the environment is often on this host.
  request.nearest = http::AddressClass::kLocal;
  request.allow_plain = issuer.ok() && IsLoopback(issuer.value());
  request.advice = Advice(request.post.has_value());
  Result<std::optional<http::HttpResponse>> response =
      http::Exchange(std::move(request), {.owners = OwnersFor(true),
                                          .user_agent = "jwt-sso/" PAMJWT_VERSION,
                                          .deadline_ns = deadline_ns});
  if (!response.ok()) return std::move(response).error();
  // Without a descriptor, nothing cancels an exchange.
  if (!response.value().has_value()) return Error{Reason::kInternal, "the exchange was cancelled"};
  return *std::move(response).value();
}

bool IsBusy(const http::HttpResponse& response) {
  return response.status == kTooManyRequests || response.status >= kServerError;
}

Error UnexpectedStatus(std::string_view url, const http::HttpResponse& response,
                       std::string_view words, UnixTime now) {
  std::string text(url);
  text += ": the provider answered " + std::to_string(response.status);
  if (response.status == kTooManyRequests) text += ", too many requests";
  if (!words.empty()) text.append(", ").append(words);
  if (IsBusy(response)) text += ": " + WhenToTryAgain(response, now);
  if (response.status >= kServerError) text += ", or tell its administrator";
  return {Reason::kKeysMissing, std::move(text)};
}

}  // namespace pamjwt::sso
