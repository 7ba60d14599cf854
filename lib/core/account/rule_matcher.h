#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/account_rule.h"
#include "core/account/map_file.h"
#include "core/base/result.h"
#include "core/claims/claims.h"

namespace pamjwt {

/// Returns the strings among the values of the rule's claim, in the form in which the rule compares
/// them. Returns "" alone if there is no string, and the rule takes any subject.
std::vector<std::string> ComparedTexts(const AccountRule& rule, const Claims& claims);

/// Checks whether the token belongs to a program (client credentials), so that sub is not a person.
bool IsOwnClient(const AccountRule& rule, const Claims& claims);

/// Checks whether the rule has the account in its `except`.
bool IsExcepted(const AccountRule& rule, std::string_view login);

/// Checks what a rule that names the account asks of the token besides: its conditions, and that
/// one of them is on the party that uses the token for its subject, if there is one.
/// Errors: those of CheckConditions; kDelegated.
Status CheckRest(const AccountRule& rule, const Claims& claims);

/// Compares rules with the claims of a token, for one account. What it is made from must outlive
/// it.
class RuleMatcher {
 public:
  RuleMatcher(const Claims& claims, const std::vector<AccountRule>& rules, std::string_view login,
              const MapFileReader& read_map, bool tell_why)
      : claims_(claims), rules_(rules), login_(login), read_map_(read_map), tell_why_(tell_why) {}

  /// Returns nullopt if `rule`, which is one of the rules, does not give the account. Else returns
  /// what matched, for people, or "" without `tell_why`. A map file is read when the turn of the
  /// first rule comes that names it, for all rules that do. Errors: kMapUnusable.
  [[nodiscard]] Result<std::optional<std::string>> Match(const AccountRule& rule);

 private:
  /// A search in a map file for one rule.
  struct MapSearch {
    const AccountRule* rule;
    MapFileSearch search;
    std::optional<MapLine> line;
  };

  [[nodiscard]] std::vector<std::string> ValuesToTry(const AccountRule& rule) const;
  [[nodiscard]] std::optional<std::string> MatchPattern(
      const AccountRule& rule, const std::vector<std::string>& values) const;
  [[nodiscard]] Result<std::optional<std::string>> MatchMap(const AccountRule& rule);
  [[nodiscard]] const MapSearch* FindSearch(const AccountRule& rule) const;
  [[nodiscard]] Status SearchMap(const AccountRule& rule);

  const Claims& claims_;
  const std::vector<AccountRule>& rules_;
  std::string_view login_;
  const MapFileReader& read_map_;
  bool tell_why_;
  std::vector<MapSearch> searches_;  // of the map files that were read
};

}  // namespace pamjwt
