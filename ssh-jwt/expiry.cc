#include "ssh-jwt/expiry.h"

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/duration.h"
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

}  // namespace

Status CheckNotExpired(std::string_view token, UnixTime now) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  if (!read.ok()) return read.error();
  const std::optional<std::int64_t> exp = ExpiryOf(read.value().payload);
  if (!exp.has_value() || now < UnixTime{*exp}) return Ok();
  const std::int64_t since = *exp < 0 ? now.seconds : now.seconds - *exp;
  return Error{Reason::kExpired, "the token expired " + SpanInWords(Seconds{since}) +
                                     " ago by the clock of this machine; get a new one"};
}

}  // namespace pamjwt::ssh
