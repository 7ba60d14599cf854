#include "ssh-jwt/expiry.h"

#include <cstdint>
#include <optional>
#include <string>

#include "core/jose/unverified.h"
#include "core/json/json.h"

namespace pamjwt::ssh {
namespace {

/// Returns `exp` without its fraction. A date that no clock will reach counts as absent.
std::optional<std::int64_t> ExpiryOf(const Json& payload) {
  const Json* const exp = payload.Find("exp");
  if (exp == nullptr) return std::nullopt;
  if (const std::int64_t* const whole = exp->AsInt()) return *whole;
  const double* const fraction = exp->AsDouble();
  if (fraction == nullptr || *fraction > static_cast<double>(kLastSecond.seconds)) {
    return std::nullopt;
  }
  return *fraction < 0 ? 0 : static_cast<std::int64_t>(*fraction);
}

std::string Count(std::int64_t number, std::string_view unit) {
  return std::to_string(number) + " " + std::string(unit) + (number == 1 ? "" : "s");
}

std::string ShowSpan(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return Count(seconds, "second");
  if (seconds < 2 * kHour) return Count(seconds / kMinute, "minute");
  if (seconds < 2 * kDay) return Count(seconds / kHour, "hour");
  return Count(seconds / kDay, "day");
}

}  // namespace

Status CheckNotExpired(std::string_view token, UnixTime now) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  if (!read.ok()) return read.error();
  const std::optional<std::int64_t> exp = ExpiryOf(read.value().payload);
  if (!exp.has_value() || now < UnixTime{*exp}) return Ok();
  const std::int64_t since = *exp < 0 ? now.seconds : now.seconds - *exp;
  return Error{Reason::kExpired, "the token expired " + ShowSpan(since) +
                                     " ago by the clock of this machine; get a new one"};
}

}  // namespace pamjwt::ssh
