#include "core/oauth/device.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/base/url.h"
#include "core/oauth/members.h"
#include "core/oauth/token_response.h"

namespace pamjwt::oauth {
namespace {

constexpr std::size_t kMaxUserCode = 64;
constexpr std::int64_t kMaxLifetime = 24LL * 60 * 60;
constexpr std::int64_t kMaxInterval = 10LL * 60;
constexpr std::int64_t kDefaultInterval = 5;  // RFC 8628 §3.2

std::string ReadUserCode(MemberReader& reader) {
  std::string code = reader.NeededText("user_code", kMaxUserCode);
  const bool is_plain =
      std::all_of(code.begin(), code.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!is_plain) reader.Refuse("user_code", "has a character that nobody can type");
  return code;
}

/// Reads a url that is shown to the user and opened in a browser.
std::string ReadPage(MemberReader& reader, std::string_view name) {
  std::string page = reader.Text(name, kMaxUrlBytes);
  if (page.empty()) return page;
  const Result<Url> url = ParseHttpUrl(page, Reason::kMalformed);
  if (!url.ok()) {
    reader.Refuse(name, url.error().detail);
  } else if (url.value().scheme != "https" && !IsLoopback(url.value())) {
    reader.Refuse(name, "does not begin with https://");
  }
  return page;
}

Result<DeviceAnswer> ReadLogin(const Json& answer) {
  MemberReader reader(answer);
  DeviceLogin login;
  login.device_code = SecretString(reader.NeededText("device_code"));
  login.user_code = ReadUserCode(reader);
  login.verification_uri = ReadPage(reader, "verification_uri");
  if (login.verification_uri.empty()) reader.Refuse("verification_uri", "is absent or empty");
  login.complete_uri = ReadPage(reader, "verification_uri_complete");
  const std::optional<std::int64_t> lifetime = reader.Number("expires_in", kMaxLifetime);
  if (!lifetime.has_value()) reader.Refuse("expires_in", "is absent");
  login.lifetime = Seconds{lifetime.value_or(0)};
  const std::int64_t interval = reader.Number("interval", kMaxInterval).value_or(kDefaultInterval);
  login.interval = Seconds{std::max<std::int64_t>(interval, 1)};
  Status read = reader.status();
  if (!read.ok()) return std::move(read).error();
  return DeviceAnswer(std::move(login));
}

}  // namespace

Form DeviceRequest(std::string_view scope) {
  Form form;
  form.Add("scope", scope);
  return form;
}

Result<DeviceAnswer> ParseDeviceAnswer(int status, std::string_view text) {
  constexpr int kOk = 200;
  const Result<Json> answer = ParseAnswer(status, text);
  if (!answer.ok()) return answer.error();
  Result<std::optional<ProviderError>> error = ReadProviderError(answer.value());
  if (!error.ok()) return std::move(error).error();
  if (error.value().has_value()) return DeviceAnswer(*std::move(error).value());
  if (status == kOk) return ReadLogin(answer.value());
  return Error{Reason::kMalformed,
               "the provider answered " + std::to_string(status) + " without saying why"};
}

std::optional<Seconds> NextInterval(const ProviderError& error, Seconds interval) {
  constexpr std::int64_t kMore = 5;
  if (error.code == "authorization_pending") return interval;
  if (error.code == "slow_down") return Seconds{interval.count + kMore};
  return std::nullopt;
}

}  // namespace pamjwt::oauth
