#include "jwtctl/config/rule_words.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <variant>

#include "core/json/json.h"
#include "text/join.h"

namespace pamjwt::ctl {
namespace {

std::string ShowMember(const Condition::Member& member) {
  if (const auto* const pattern = std::get_if<Pattern>(&member)) return QuoteJson(pattern->text());
  if (const auto* const number = std::get_if<std::int64_t>(&member)) return std::to_string(*number);
  return std::get<bool>(member) ? "true" : "false";
}

/// Returns the claim, and the separators of a text: `groups (split at ",;")`.
std::string DescribeClaim(const ClaimName& claim, const std::string& split) {
  return claim.text() + (split.empty() ? "" : " (split at " + QuoteJson(split) + ")");
}

/// Returns " if groups has "ops", and hd is "example.com"", or "" without conditions.
std::string DescribeConditions(const std::vector<Condition>& conditions) {
  std::vector<std::string> texts;
  texts.reserve(conditions.size());
  for (const Condition& condition : conditions) {
    texts.push_back(DescribeCondition(condition));
  }
  return texts.empty() ? "" : " if " + Join(texts, ", and ");
}

/// Returns the tokens that a literal name lets in: `a token`, `email "alice@example.com"`.
std::string DescribeTokens(const AccountRule& rule) {
  if (rule.TakesAnySubject()) return "a token";
  const std::string lower = rule.lowercase ? " in lower case" : "";
  return DescribeClaim(rule.claim, rule.split) + " " + QuoteJson(rule.pattern.text()) + lower;
}

std::string DescribeStar(const AccountRule& rule) {
  const std::string lower = rule.lowercase ? " in lower case" : "";
  const bool is_same = rule.pattern.is_bare_star() && rule.name.is_bare_star();
  if (is_same) return DescribeClaim(rule.claim, rule.split) + lower + " is the account's name";
  return DescribeClaim(rule.claim, rule.split) + " " + QuoteJson(rule.pattern.text()) + lower +
         " logs in as " + QuoteJson(rule.name.text());
}

std::string DescribeMap(const AccountRule& rule, const MapSize& map_size) {
  const std::string lower = rule.lowercase ? " in lower case" : "";
  return "the accounts of " + DescribeClaim(rule.claim, rule.split) + lower + " are in " +
         rule.map_file + " (" + map_size(rule.map_file) + ")";
}

/// Returns ", but not as root, admin", or "" if the rule excepts no account.
std::string DescribeExcept(const AccountRule& rule) {
  return rule.except.empty() ? "" : ", but not as " + Join(rule.except, ", ");
}

/// Returns whether two rules let the same tokens in, each as an account that it names.
bool DifferInNameOnly(const AccountRule& one, const AccountRule& other) {
  const bool are_literal = one.map_file.empty() && other.map_file.empty() && !one.name.has_star() &&
                           !other.name.has_star();
  return are_literal && one.except == other.except &&
         DescribeTokens(one) == DescribeTokens(other) &&
         DescribeConditions(one.require) == DescribeConditions(other.require);
}

/// Returns the names of the rules from `begin` to `end`.
std::string NamesOf(std::vector<AccountRule>::const_iterator begin,
                    std::vector<AccountRule>::const_iterator end) {
  std::vector<std::string> names;
  std::transform(begin, end, std::back_inserter(names),
                 [](const AccountRule& rule) { return rule.name.text(); });
  return Join(names, ", ");
}

}  // namespace

std::string DescribeCondition(const Condition& condition) {
  constexpr std::size_t kMaxMembers = 8;
  std::vector<std::string> members;
  for (const Condition::Member& member : condition.members) {
    if (members.size() == kMaxMembers) break;
    members.push_back(ShowMember(member));
  }
  const std::size_t left_out = condition.members.size() - members.size();
  if (left_out > 0) members.push_back(std::to_string(left_out) + " more");
  return DescribeClaim(condition.claim, condition.split) + " has " +
         Join(members, condition.all ? " and " : " or ");
}

std::vector<std::string> DescribeRules(const std::vector<AccountRule>& rules,
                                       const MapSize& map_size) {
  std::vector<std::string> texts;
  for (auto rule = rules.begin(); rule != rules.end();) {
    if (texts.size() == kMaxRuleWords) {
      texts.push_back("and " + std::to_string(rules.end() - rule) + " more rules");
      break;
    }
    const auto end = std::find_if_not(rule + 1, rules.end(), [&](const AccountRule& other) {
      return DifferInNameOnly(*rule, other);
    });
    std::string text;
    if (!rule->map_file.empty()) {
      text = DescribeMap(*rule, map_size);
    } else if (rule->name.has_star()) {
      text = DescribeStar(*rule);
    } else {
      text = DescribeTokens(*rule) + " logs in as " + NamesOf(rule, end);
    }
    texts.push_back(text + DescribeConditions(rule->require) + DescribeExcept(*rule));
    rule = end;
  }
  return texts;
}

}  // namespace pamjwt::ctl
