#include "core/account/rule_matcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/ascii.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

/// Returns the values that the rule reads, or no values if the claim is absent.
std::vector<ClaimValue> ValuesFor(const AccountRule& rule, const Claims& claims) {
  return claims.Values(rule.claim, rule.split).value_or(std::vector<ClaimValue>());
}

/// Returns the subjects of the token: its sub or, if it has no sub, the values that `rule` reads,
/// both whole and split.
std::vector<ClaimValue> Subjects(const AccountRule& rule, const Claims& claims) {
  auto subjects = claims.Values(ClaimName()).value_or(std::vector<ClaimValue>());
  std::erase(subjects, ClaimValue(std::string_view()));
  if (!subjects.empty()) return subjects;
  subjects = ValuesFor(rule, claims);
  std::ranges::move(claims.Values(rule.claim).value_or(std::vector<ClaimValue>()),
                    std::back_inserter(subjects));
  return subjects;
}

/// Checks that somebody judged the party that uses the token for its subject, if there is one.
Status CheckActor(const AccountRule& rule, const Claims& claims) {
  if (rule.judges_actor || !claims.Has("act")) return Ok();
  return Error{Reason::kDelegated,
               "the token has act, and no condition is on a claim below /act: another party uses "
               "it for its subject",
               rule.at};
}

}  // namespace

std::vector<std::string> ComparedTexts(const AccountRule& rule, const Claims& claims) {
  std::vector<std::string> texts;
  for (const ClaimValue& value : ValuesFor(rule, claims)) {
    const auto* const text = std::get_if<std::string_view>(&value);
    if (text == nullptr) continue;
    texts.push_back(rule.lowercase ? ToLowerAscii(*text) : std::string(*text));
  }
  if (texts.empty() && rule.TakesAnySubject()) {
    texts.emplace_back();
  }
  return texts;
}

bool IsOwnClient(const AccountRule& rule, const Claims& claims) {
  const std::vector<ClaimValue> subjects = Subjects(rule, claims);
  for (const char* const name : {"client_id", "azp"}) {
    if (!claims.Has(name)) continue;
    const auto clients = claims.Values(ClaimName::Parse(name).value());
    for (const ClaimValue& client : clients.value_or(std::vector<ClaimValue>())) {
      // As text, because an issuer may write one of them as a number.
      const auto is_client = [&](const ClaimValue& value) {
        return TextOf(value) == TextOf(client);
      };
      if (std::any_of(subjects.begin(), subjects.end(), is_client)) return true;
    }
  }
  return false;
}

bool IsExcepted(const AccountRule& rule, std::string_view login) {
  return std::find(rule.except.begin(), rule.except.end(), login) != rule.except.end();
}

Status CheckRest(const AccountRule& rule, const Claims& claims) {
  Status conditions = CheckConditions(rule.require, claims);
  return conditions.ok() ? CheckActor(rule, claims) : conditions;
}

Result<std::optional<std::string>> RuleMatcher::Match(const AccountRule& rule) {
  const std::vector<std::string> values = ValuesToTry(rule);
  if (values.empty()) return std::optional<std::string>();
  if (!rule.map_file.empty()) return MatchMap(rule);
  return MatchPattern(rule, values);
}

/// Returns the values by which the rule may give the account.
std::vector<std::string> RuleMatcher::ValuesToTry(const AccountRule& rule) const {
  if (!rule.MayName(login_) || IsExcepted(rule, login_)) return {};
  if (!rule.NamesLiterally() && IsOwnClient(rule, claims_)) return {};
  return ComparedTexts(rule, claims_);
}

std::optional<std::string> RuleMatcher::MatchPattern(const AccountRule& rule,
                                                     const std::vector<std::string>& values) const {
  for (const std::string& value : values) {
    const std::optional<std::string_view> star = rule.pattern.Match(value);
    if (!star.has_value() || rule.name.Fill(*star) != login_) continue;
    if (!tell_why_) return std::string();
    return rule.claim.text() + " " + QuoteJson(value) + " by pattern " +
           QuoteJson(rule.pattern.text()) + ", name " + QuoteJson(rule.name.text());
  }
  return std::nullopt;
}

Result<std::optional<std::string>> RuleMatcher::MatchMap(const AccountRule& rule) {
  if (FindSearch(rule) == nullptr) {
    Status searched = SearchMap(rule);
    if (!searched.ok()) return Error{searched.error().reason, searched.error().detail, rule.at};
  }
  const std::optional<MapLine>& line = FindSearch(rule)->line;
  if (!line.has_value()) return std::optional<std::string>();
  if (!tell_why_) return std::optional(std::string());
  return std::optional(rule.claim.text() + " " + QuoteJson(line->value) + " by " + rule.map_file +
                       ":" + std::to_string(line->number));
}

const RuleMatcher::MapSearch* RuleMatcher::FindSearch(const AccountRule& rule) const {
  const auto found = std::ranges::find(searches_, &rule, &MapSearch::rule);
  return found == searches_.end() ? nullptr : &*found;
}

/// Reads the map file of `rule`, and searches it for all rules that name it. Ends early at a line
/// by which `rule` gives the account, because no other map file is asked then.
Status RuleMatcher::SearchMap(const AccountRule& rule) {
  std::vector<MapSearch> searches;
  for (const AccountRule& other : rules_) {
    if (other.map_file != rule.map_file) continue;
    std::vector<std::string> values = ValuesToTry(other);
    if (!values.empty()) searches.push_back({&other, MapFileSearch(std::move(values), login_), {}});
  }
  const bool decides = CheckRest(rule, claims_).ok();
  bool is_decided = false;
  Status read = read_map_(rule.map_file, [&](std::string_view piece) {
    bool goes_on = false;
    for (MapSearch& one : searches) {
      const bool is_open = one.search.Take(piece);
      is_decided = is_decided || (!is_open && decides && one.rule == &rule);
      goes_on = goes_on || is_open;
    }
    return goes_on && !is_decided;
  });
  for (MapSearch& one : searches) {
    // A search that has not seen all of the file knows nothing.
    if (is_decided && one.rule != &rule) continue;
    one.line = one.search.End();
    searches_.push_back(std::move(one));
  }
  return read;
}

}  // namespace pamjwt
