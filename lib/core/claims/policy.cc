#include "core/claims/policy.h"

#include <algorithm>
#include <utility>

#include "core/base/duration.h"

namespace pamjwt {
namespace {

/// Formats a span for programs and people: "90 s", "600 s (10 minutes)".
std::string ShowSeconds(double seconds) {
  // A longer span is of no use to a reader, and would not fit the type.
  constexpr double kMost = 1e15;
  constexpr std::int64_t kLong = 120;
  const auto count = static_cast<std::int64_t>(std::clamp(seconds, -kMost, kMost));
  const std::string text = std::to_string(count) + " s";
  return count < kLong ? text : text + " (" + SpanInWords(Seconds{count}) + ")";
}

double Now(const ClockReading& clock) {
  return static_cast<double>(clock.now.seconds);
}
double Leeway(const ClockReading& clock) {
  return static_cast<double>(clock.leeway.count);
}

/// Returns `status` with `at`, the line of the option that needs the claim.
Status WithOrigin(Origin at, Status status) {
  if (status.ok()) return status;
  return Error{status.error().reason, status.error().detail, at};
}

/// Checks that the claim, which `option` needs, is a string that is not empty.
Status CheckText(const Claims& claims, std::string_view name, const Setting<bool>& option,
                 std::string_view option_name) {
  Status is_text = WithOrigin(option.at, claims.CheckType(name, ClaimType::kString));
  if (!is_text.ok()) return is_text;
  const std::string* const text = claims.String(name);
  if (text != nullptr && !text->empty()) return Ok();
  return Error{Reason::kClaimMissing,
               "claim " + std::string(name) + " is absent or empty, " + std::string(option_name) +
                   " needs it",
               option.at};
}

Status CheckSubject(const Claims& claims, const ClaimPolicy& policy) {
  return *policy.require_sub ? CheckText(claims, "sub", policy.require_sub, "require_sub") : Ok();
}

bool HasBoundAge(const ClaimPolicy& policy, const KeyBinding* binding) {
  return binding != nullptr && binding->proof() == KeyBinding::Proof::kNonce &&
         policy.max_bound_age->count != 0;
}

Status CheckEnd(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding,
                const ClockReading& clock) {
  if (!claims.Date("exp").has_value()) return Error{Reason::kClaimMissing, "claim exp is absent"};
  const bool is_by_age = HasBoundAge(policy, binding);
  const Origin at = is_by_age ? policy.max_bound_age.at : Origin{};
  const std::optional<double> end = EndOf(claims, policy, binding);
  if (!end.has_value()) {
    return Error{Reason::kClaimMissing, "claim iat is absent, max_bound_age needs it", at};
  }
  const double past = Now(clock) - *end;
  if (past < Leeway(clock) + static_cast<double>(clock.grace.count)) return Ok();
  return Error{Reason::kExpired,
               std::string(is_by_age ? "iat and max_bound_age, the end, were " : "exp was ") +
                   ShowSeconds(past) + " ago, leeway is " + ShowSeconds(Leeway(clock)),
               at};
}

Status CheckNotFuture(const Claims& claims, const ClockReading& clock, std::string_view name) {
  const std::optional<NumericDate> date = claims.Date(name);
  if (date.has_value() && Now(clock) + Leeway(clock) < date->seconds) {
    return Error{Reason::kNotYetValid, std::string(name) + " is " +
                                           ShowSeconds(date->seconds - Now(clock)) +
                                           " ahead, leeway is " + ShowSeconds(Leeway(clock))};
  }
  return Ok();
}

struct AgeLimit {
  std::string_view claim;
  std::string_view option;
  const Setting<Seconds>& most;
  Reason reason;
};

Status CheckAge(const Claims& claims, const ClockReading& clock, const AgeLimit& limit) {
  const double most = static_cast<double>(limit.most->count);
  if (most == 0) return Ok();
  Status is_date = WithOrigin(limit.most.at, claims.CheckType(limit.claim, ClaimType::kDate));
  if (!is_date.ok()) return is_date;
  const std::optional<NumericDate> date = claims.Date(limit.claim);
  if (!date.has_value()) {
    return Error{Reason::kClaimMissing,
                 "claim " + std::string(limit.claim) + " is absent, " + std::string(limit.option) +
                     " needs it",
                 limit.most.at};
  }
  if (Now(clock) - date->seconds > most + Leeway(clock) + static_cast<double>(clock.grace.count)) {
    return Error{limit.reason,
                 std::string(limit.claim) + " was " + ShowSeconds(Now(clock) - date->seconds) +
                     " ago, " + std::string(limit.option) + " is " + ShowSeconds(most),
                 limit.most.at};
  }
  return Ok();
}

/// Returns the values of the claim that the audiences are compared with, or nullopt if it is
/// absent.
std::optional<std::vector<ClaimValue>> AudienceOf(const Claims& claims, const ClaimPolicy& policy) {
  const Result<ClaimName> name = ClaimName::Parse(*policy.audience_claim);
  return name.ok() ? claims.Values(name.value()) : std::nullopt;
}

/// Returns the first of `wanted` that is among `values`, or nullptr.
const std::string* FindAudience(const std::vector<std::string>& wanted,
                                const std::optional<std::vector<ClaimValue>>& values) {
  if (!values.has_value()) return nullptr;
  for (const std::string& audience : wanted) {
    const ClaimValue value = std::string_view{audience};
    if (std::find(values->begin(), values->end(), value) != values->end()) return &audience;
  }
  return nullptr;
}

/// Checks that a client of ours asked for the token, if a nonce binds the key. The client that asks
/// chooses the nonce, so another client of the issuer could bind its own key to a user who logs in
/// there (OpenID Connect Core §3.1.3.7, azp).
Status CheckClient(const Claims& claims, const ClaimPolicy& policy, const KeyBinding& binding) {
  const bool is_by_nonce =
      binding.proof() == KeyBinding::Proof::kNonce || binding.proof() == KeyBinding::Proof::kLogin;
  if (!is_by_nonce) return Ok();
  for (const char* const name : {"azp", "client_id"}) {
    const Json* const client = claims.Member(name);
    if (client == nullptr || client->IsNull()) continue;
    const std::vector<std::string>& ours = *policy.bound_audiences;
    const std::string* const text = client->AsString();
    if (text != nullptr && std::find(ours.begin(), ours.end(), *text) != ours.end()) continue;
    return Error{Reason::kAudience,
                 std::string(name) + (text == nullptr ? " is no text" : " is " + QuoteJson(*text)) +
                     ", which is not in bound_audiences: the client that asked for the token "
                     "chose its nonce",
                 policy.bound_audiences.at};
  }
  return Ok();
}

/// Checks that a token which was typed needs no proof of a key.
Status CheckUnbound(const Claims& claims, const ClaimPolicy& policy) {
  if (IsBound(claims)) {
    return Error{Reason::kBound,
                 "cnf or nonce binds the token to a key: it counts only in an ssh "
                 "certificate for this key"};
  }
  const std::string* const bound =
      FindAudience(*policy.bound_audiences, AudienceOf(claims, policy));
  if (bound == nullptr) return Ok();
  return Error{Reason::kBound,
               QuoteJson(*bound) +
                   " is in bound_audiences: the token counts only in an ssh "
                   "certificate",
               policy.bound_audiences.at};
}

Status CheckOneTime(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding) {
  if (!*policy.one_time) return Ok();
  if (binding != nullptr) {
    return Error{
        Reason::kCertificateRefused,
        "one_time takes no token from a certificate: sshd asks for each key more than once",
        policy.one_time.at};
  }
  Status is_text = CheckText(claims, "jti", policy.one_time, "one_time");
  if (!is_text.ok()) return is_text;
  if (claims.String("jti")->size() > kMaxJtiBytes) {
    return Error{Reason::kClaimWrongType,
                 "claim jti is longer than 512 bytes, which one_time does not take",
                 policy.one_time.at};
  }
  return Ok();
}

/// Returns `status`, and adds it to `trace` if it is a refusal. A check that holds is worth no step
/// here.
Status TracedIfRefused(Trace* trace, std::string_view step, Status status) {
  if (status.ok()) return status;
  return Traced(trace, step, {}, std::move(status), [](auto) { return ""; });
}

std::string Join(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& entry : list) {
    out += (out.empty() ? "" : ", ") + QuoteJson(entry);
  }
  return out;
}

std::string ShowTimes(const Claims& claims, const ClockReading& clock) {
  std::string out = "exp in " + ShowSeconds(claims.Date("exp")->seconds - Now(clock));
  for (const char* const name : {"nbf", "iat", "auth_time"}) {
    const std::optional<NumericDate> date = claims.Date(name);
    if (date.has_value()) {
      out += std::string(", ") + name + " " + ShowSeconds(Now(clock) - date->seconds) + " ago";
    }
  }
  return out;
}

std::string ShowConditions(const std::vector<Condition>& conditions) {
  if (conditions.empty()) return "neither the issuer nor the service has any";
  std::string out;
  for (const Condition& condition : conditions) {
    out += (out.empty() ? "" : "; ") + Show(condition);
  }
  return out;
}

}  // namespace

std::string ShownAudience(const Claims& claims, const ClaimPolicy& policy) {
  std::string shown;
  const auto values = AudienceOf(claims, policy);
  for (const ClaimValue& value : values.value_or(std::vector<ClaimValue>())) {
    if (shown.size() > kMaxShownAudience) break;
    shown += (shown.empty() ? "" : ", ") + TextOf(value);
  }
  shown.resize(std::min(shown.size(), kMaxShownAudience));
  return shown;
}

Status CheckAudience(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding) {
  const ClaimType type = *policy.audience_claim == "aud" ? ClaimType::kStrings : ClaimType::kString;
  Status has_type =
      WithOrigin(policy.audience_claim.at, claims.CheckType(*policy.audience_claim, type));
  if (!has_type.ok()) return has_type;
  const bool is_bound = binding != nullptr;
  const Setting<std::vector<std::string>>& wanted =
      is_bound ? policy.bound_audiences : policy.audiences;
  const std::optional<std::vector<ClaimValue>> values = AudienceOf(claims, policy);
  if (FindAudience(*wanted, values) != nullptr) {
    return is_bound ? CheckClient(claims, policy, *binding) : Ok();
  }
  std::string has;
  for (const ClaimValue& value : values.value_or(std::vector<ClaimValue>())) {
    has += (has.empty() ? "" : ", ") + Show(value);
  }
  const std::string option = is_bound ? "bound_audiences" : "audiences";
  return Error{
      Reason::kAudience,
      *policy.audience_claim + (values.has_value() ? " is " + has : " is absent") + "; " +
          (wanted.given() ? option + " has " + Join(*wanted) : "the issuer has no " + option),
      wanted.at};
}

std::optional<double> EndOf(const Claims& claims, const ClaimPolicy& policy,
                            const KeyBinding* binding) {
  const bool is_by_age = HasBoundAge(policy, binding);
  const std::optional<NumericDate> date = claims.Date(is_by_age ? "iat" : "exp");
  if (!date.has_value()) return std::nullopt;
  return date->seconds + (is_by_age ? static_cast<double>(policy.max_bound_age->count) : 0);
}

Status CheckTimes(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding,
                  const ClockReading& clock) {
  Status expiry = CheckEnd(claims, policy, binding, clock);
  if (!expiry.ok()) return expiry;
  for (const char* const name : {"nbf", "iat", "auth_time"}) {
    Status valid = CheckNotFuture(claims, clock, name);
    if (!valid.ok()) return valid;
  }
  Status token_age =
      CheckAge(claims, clock, {"iat", "max_token_age", policy.max_token_age, Reason::kTooOld});
  if (!token_age.ok()) return token_age;
  return CheckAge(claims, clock,
                  {"auth_time", "max_auth_age", policy.max_auth_age, Reason::kLoginTooOld});
}

Result<AcceptedClaims> AcceptedClaims::Check(const Claims& claims, const ClaimPolicy& policy,
                                             const KeyBinding* binding, const ClockReading& clock,
                                             Trace* trace) {
  Status subject = TracedIfRefused(trace, "subject", CheckSubject(claims, policy));
  if (!subject.ok()) return std::move(subject).error();
  if (binding == nullptr) {
    Status unbound = TracedIfRefused(trace, "binding", CheckUnbound(claims, policy));
    if (!unbound.ok()) return std::move(unbound).error();
  }
  const auto& wanted = binding == nullptr ? policy.audiences : policy.bound_audiences;
  Status audience =
      Traced(trace, "audience", wanted.at, CheckAudience(claims, policy, binding),
             [&](auto) { return *policy.audience_claim + " holds one of " + Join(*wanted); });
  if (!audience.ok()) return std::move(audience).error();
  Status times =
      Traced(trace, "time", policy.max_token_age.at, CheckTimes(claims, policy, binding, clock),
             [&](auto) { return ShowTimes(claims, clock); });
  if (!times.ok()) return std::move(times).error();
  const Origin first = policy.require.empty() ? Origin{} : policy.require.front().at;
  Status conditions = Traced(trace, "conditions", first, CheckConditions(policy.require, claims),
                             [&](auto) { return ShowConditions(policy.require); });
  if (!conditions.ok()) return std::move(conditions).error();
  Status one_time = TracedIfRefused(trace, "one-time", CheckOneTime(claims, policy, binding));
  if (!one_time.ok()) return std::move(one_time).error();
  return AcceptedClaims(claims);
}

double SecondsPastEnd(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding,
                      const ClockReading& clock) {
  const std::optional<double> end = EndOf(claims, policy, binding);
  return end.has_value() ? Now(clock) - *end : 0;
}

}  // namespace pamjwt
