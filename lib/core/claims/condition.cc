#include "core/claims/condition.h"

#include <algorithm>

#include "core/json/json.h"

namespace pamjwt {
namespace {

bool Fits(const Condition::Member& member, const ClaimValue& value) {
  if (const auto* const pattern = std::get_if<Pattern>(&member)) {
    const auto* const text = std::get_if<std::string_view>(&value);
    return text != nullptr && pattern->Match(*text).has_value();
  }
  if (const auto* const number = std::get_if<std::int64_t>(&member)) {
    return value == ClaimValue(*number);
  }
  return value == ClaimValue(std::get<bool>(member));
}

std::string ShowMember(const Condition::Member& member) {
  if (const auto* const pattern = std::get_if<Pattern>(&member)) return QuoteJson(pattern->text());
  if (const auto* const number = std::get_if<std::int64_t>(&member)) return std::to_string(*number);
  return std::get<bool>(member) ? "true" : "false";
}

template <typename List, typename ShowOne>
std::string ShowList(const List& list, const ShowOne& show) {
  std::string out;
  for (const auto& entry : list) {
    out += (out.empty() ? "[" : ", ") + show(entry);
  }
  return out.empty() ? "[]" : out + "]";
}

/// Suggests a JSON pointer, if one would name a claim. Other programs write "realm_access.roles"
/// for what is "/realm_access/roles" here. And "roles/*" lacks the slash in front.
std::string SuggestPointer(const ClaimName& name, const Claims& claims) {
  const bool looks_like_one =
      name.text().find('.') != std::string::npos || name.text().ends_with("/*");
  if (name.text().front() == '/' || !looks_like_one) return "";
  std::string pointer = "/" + name.text();
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  const Result<ClaimName> other = ClaimName::Parse(pointer);
  if (!other.ok() || !claims.Values(other.value()).has_value()) return "";
  return "; there is " + pointer;
}

/// Formats what the token has in place of a value that fits.
std::string ShowFound(const Condition& condition, const Claims& claims,
                      const std::vector<ClaimValue>& values) {
  const std::string why = claims.WhyNoValues(condition.claim);
  if (!why.empty()) return "the claim " + why;
  return "the token has " + ShowList(values, [](const ClaimValue& value) { return Show(value); });
}

}  // namespace

Status CheckCondition(const Condition& condition, const Claims& claims) {
  const std::optional<std::vector<ClaimValue>> values =
      claims.Values(condition.claim, condition.split);
  if (!values.has_value()) {
    if (claims.LeftOut(condition.claim)) {
      return Error{Reason::kOverage,
                   "the issuer left claim " + condition.claim.text() + " out of the token",
                   condition.at};
    }
    return Error{Reason::kCondition,
                 Show(condition) + ": no claim " + condition.claim.text() +
                     SuggestPointer(condition.claim, claims),
                 condition.at};
  }
  const auto has_value = [&](const Condition::Member& member) {
    return std::any_of(values->begin(), values->end(),
                       [&](const ClaimValue& value) { return Fits(member, value); });
  };
  const auto begin = condition.members.begin();
  const auto end = condition.members.end();
  const bool holds =
      condition.all ? std::all_of(begin, end, has_value) : std::any_of(begin, end, has_value);
  if (holds) return Ok();
  return Error{Reason::kCondition, Show(condition) + ": " + ShowFound(condition, claims, *values),
               condition.at};
}

Status CheckConditions(const std::vector<Condition>& conditions, const Claims& claims) {
  for (const Condition& condition : conditions) {
    Status holds = CheckCondition(condition, claims);
    if (!holds.ok()) return holds;
  }
  return Ok();
}

std::string Show(const Condition& condition) {
  const std::string split = condition.split.empty() ? "" : " split " + QuoteJson(condition.split);
  return condition.claim.text() + split + (condition.all ? " all_of " : " any_of ") +
         ShowList(condition.members, ShowMember);
}

}  // namespace pamjwt
