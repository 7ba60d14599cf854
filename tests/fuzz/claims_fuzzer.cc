#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/account/account_name.h"
#include "core/account/rules.h"
#include "core/base/bytes.h"
#include "core/base/time.h"
#include "fuzz/property.h"
#include "support/claims_of.h"

namespace pamjwt::test {
namespace {

constexpr std::array<std::string_view, 13> kNames = {
    "sub", "aud",    "scope", "scp",  "groups",    "/a/b",  "/realm_access/roles",
    "/",   "/~01~1", "a.b",   "/a/*", "/groups/*", "/a/b/*"};

ClaimPolicy Policy() {
  ClaimPolicy policy;
  policy.audiences.value = {"ssh://host.example"};
  policy.max_auth_age.value = {3600};
  policy.require = {{Named("groups"), true, {Pattern::Parse("a*b").value()}, {}},
                    {Named("/a/b"), false, {true, std::int64_t{1}}, {}}};
  return policy;
}

void CheckTypes(const Claims& claims) {
  Require(!claims.issuer().empty(), "iss has text");
  Require(claims.Date("exp").has_value() == claims.Has("exp"), "exp is a date");
  for (const char* const name : {"exp", "nbf", "iat", "auth_time"}) {
    const std::optional<NumericDate> date = claims.Date(name);
    if (!date.has_value()) continue;
    Require(std::isfinite(date->seconds), "a date is finite");
    Require(date->seconds <= static_cast<double>(kLastSecond.seconds), "a year has four digits");
  }
}

void CheckClock(const Claims& claims) {
  const ClaimPolicy policy = Policy();
  const Status narrow = CheckTimes(claims, policy, nullptr, {kNow, {0}});
  const Status wide = CheckTimes(claims, policy, nullptr, {kNow, {300}});
  Require(!narrow.ok() || wide.ok(), "more leeway never refuses more");
  if (!wide.ok()) return;
  const auto now = static_cast<double>(kNow.seconds);
  Require(claims.Date("exp")->seconds > now - 300, "an expired token is refused");
  Require(std::abs(claims.Date("iat")->seconds - now) <= 86400 + 300, "iat is near");
  Require(std::abs(claims.Date("auth_time")->seconds - now) <= 3600 + 300, "auth_time is near");
}

void CheckPolicy(const Claims& claims) {
  const ClaimPolicy policy = Policy();
  const Result<AcceptedClaims> accepted =
      AcceptedClaims::Check(claims, policy, nullptr, {kNow, {30}}, nullptr);
  const bool holds = !claims.subject().empty() && !IsBound(claims) &&
                     CheckAudience(claims, policy, nullptr).ok() &&
                     CheckTimes(claims, policy, nullptr, {kNow, {30}}).ok() &&
                     CheckConditions(policy.require, claims).ok();
  Require(accepted.ok() == holds, "claims are accepted if all checks hold");
  Require(accepted.ok() || !IsFault(accepted.error().reason), "a token is never this host's fault");
}

/// Checks that the pieces of a text have no separators, and that nothing else is split.
void CheckSplit(const Claims& claims, const ClaimName& name) {
  constexpr std::string_view kSeparators = ",;";
  const auto pieces = claims.Values(name, kSeparators);
  const auto whole = claims.Values(name);
  Require(pieces.has_value() == whole.has_value(), "a claim is there or not");
  if (!pieces.has_value() || *pieces == *whole) return;
  const std::optional<ClaimValue> value = claims.Value(name);
  Require(value.has_value() && std::holds_alternative<std::string_view>(*value),
          "only one text is split");
  const auto text = std::get<std::string_view>(*value);
  for (const ClaimValue& entry : *pieces) {
    const auto piece = std::get<std::string_view>(entry);
    Require(!piece.empty() && piece.front() != ' ' && piece.back() != ' ', "a piece is trimmed");
    Require(piece.find_first_of(kSeparators) == std::string_view::npos, "a piece is whole");
    Require(text.find(piece) != std::string_view::npos, "a piece is part of the text");
  }
}

/// Checks what is said of a claim that has no values.
void CheckWhyNoValues(const Claims& claims, const ClaimName& name) {
  const std::string why = claims.WhyNoValues(name);
  const auto values = claims.Values(name);
  Require(why.empty() || (values.has_value() && values->empty()), "it is said where it is so");
  // A control character takes six bytes in quotes.
  Require(why.size() <= kShownMembers * (6 * kShownNameBytes + 10) + 200,
          "what is said is bounded");
  if (!name.names_members() && why.find(": write ") != std::string::npos) {
    const auto names = claims.Values(Named(name.TextForMembers()));
    Require(names.has_value() && !names->empty(), "the name that is offered has values");
  }
}

/// Checks that a rule with a star gives only values of the claim that can be names of accounts.
void CheckRules(const Claims& claims, std::string_view name) {
  AccountRule rule;
  rule.claim = Named(name);
  rule.names = AccountNames::kAny;  // which counts for literal names only
  const auto no_map = [](const std::string&, const TakePiece&) { return Ok(); };
  const auto values = claims.Values(rule.claim);
  for (const ClaimValue& value : values.value_or(std::vector<ClaimValue>())) {
    const auto* const text = std::get_if<std::string_view>(&value);
    if (text == nullptr) continue;
    Require(IsAccountName(*text) || !FindRules(claims, {rule}, *text, no_map, true).ok(),
            "only a name of an account is given");
    const std::string longer = std::string(*text) + "-";
    const bool is_there = std::find(values->begin(), values->end(),
                                    ClaimValue(std::string_view(longer))) != values->end();
    Require(is_there || !FindRules(claims, {rule}, longer, no_map, true).ok(),
            "nothing is given that is not there");
  }
}

void Check(std::string_view payload) {
  const Result<Claims> claims = ParseClaims(payload);
  if (!claims.ok()) {
    const Reason reason = claims.error().reason;
    Require(reason == Reason::kMalformed || reason == Reason::kClaimWrongType ||
                reason == Reason::kClaimMissing,
            "claims are refused for a reason of their own");
    return;
  }
  CheckTypes(claims.value());
  CheckClock(claims.value());
  CheckPolicy(claims.value());
  for (const std::string_view name : kNames) {
    CheckRules(claims.value(), name);
    CheckSplit(claims.value(), Named(name));
    CheckWhyNoValues(claims.value(), Named(name));
  }
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
