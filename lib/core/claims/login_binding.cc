#include "core/claims/login_binding.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/duration.h"

namespace pamjwt {
namespace {

Error Other(std::string_view claim) {
  return {Reason::kBindingOther,
          "the token that binds the key has another " + std::string(claim) + " than the token"};
}

/// Returns a claim at the top level as text with its type, or nullopt if it is absent or neither a
/// string, an integer nor a boolean.
std::optional<std::string> ValueOf(const Claims& claims, std::string_view name) {
  const std::optional<ClaimValue> value = claims.Value(ClaimName::Parse(name).value());
  return value.has_value() ? std::optional(Show(*value)) : std::nullopt;
}

std::vector<std::string> AudienceOf(const Claims& claims) {
  std::vector<std::string> audience;
  const auto values = claims.Values(ClaimName::Parse("aud").value());
  for (const ClaimValue& value : values.value_or(std::vector<ClaimValue>())) {
    audience.push_back(Show(value));
  }
  std::sort(audience.begin(), audience.end());
  audience.erase(std::unique(audience.begin(), audience.end()), audience.end());
  return audience;
}

/// Returns whether both have the claim, with the same value. A value that cannot be compared is not
/// the same.
bool HaveSame(std::string_view name, const Claims& token, const Claims& login) {
  const std::optional<std::string> value = ValueOf(token, name);
  return value.has_value() && value == ValueOf(login, name);
}

Status CheckSameLogin(const Claims& token, const Claims& login) {
  if (token.issuer() != login.issuer()) return Other("iss");
  if (login.Has("act")) {
    return Error{Reason::kDelegated,
                 "the token that binds the key has act: another party than its subject got it"};
  }
  // Without a sub, nothing says that both are of one user.
  if (login.subject().empty()) {
    return Error{Reason::kBindingOther,
                 "the token that binds the key has no sub, or no text in it"};
  }
  if (!HaveSame("sub", token, login)) return Other("sub");
  for (const char* const name : {"azp", "client_id"}) {
    const bool both_lack_it = !token.Has(name) && !login.Has(name);
    if (!both_lack_it && !HaveSame(name, token, login)) return Other(name);
  }
  const bool both_have_sid = token.Has("sid") && login.Has("sid");
  if (both_have_sid && !HaveSame("sid", token, login)) return Other("sid");
  return AudienceOf(token) == AudienceOf(login) ? Ok() : Status(Other("aud"));
}

Status CheckAge(const Claims& login, const Setting<Seconds>& max_age, const ClockReading& clock) {
  const std::optional<NumericDate> issued = login.Date("iat");
  if (!issued.has_value()) {
    return Error{Reason::kBindingMalformed, "the token that binds the key has no iat"};
  }
  const double age = static_cast<double>(clock.now.seconds) - issued->seconds;
  const auto leeway = static_cast<double>(clock.leeway.count);
  if (age < -leeway) {
    return Error{Reason::kNotYetValid, "iat of the token that binds the key is in the future"};
  }
  if (age <= static_cast<double>(max_age->count + clock.grace.count) + leeway) return Ok();
  constexpr double kMost = 1e12;  // a longer span is of no use to a reader
  const Seconds shown{static_cast<std::int64_t>(std::min(age, kMost))};
  return Error{
      Reason::kBindingTooOld,
      "the login was " + SpanInWords(shown) + " ago, max_binding_age is " + SpanInWords(*max_age),
      max_age.at};
}

}  // namespace

Result<LoginBinding> LoginBinding::Check(const Claims& token, const VerifiedPayload& login,
                                         const Setting<Seconds>& max_age,
                                         const ClockReading& clock) {
  Result<Claims> claims = Claims::Parse(login);
  if (!claims.ok()) {
    return Error{Reason::kBindingMalformed,
                 "the token that binds the key: " + claims.error().detail};
  }
  Status step = CheckSameLogin(token, claims.value());
  if (!step.ok()) return std::move(step).error();
  step = CheckAge(claims.value(), max_age, clock);
  if (!step.ok()) return std::move(step).error();
  return LoginBinding(std::move(claims).value(), login.key_id());
}

}  // namespace pamjwt
