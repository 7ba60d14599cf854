#include "core/config/rule_name.h"

#include <string>
#include <utility>

namespace pamjwt {
namespace {

Error Refuse(const AccountRule& rule, std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail) + ": " + rule.name.text(), rule.at};
}

/// Checks a name whose star stands for a part of a claim.
Status CheckMadeName(const AccountRule& rule) {
  // If a letter that is not a hex digit makes no name, no other text does: 0xa is a number.
  if (IsAccountName(rule.name.Fill("z"))) return Ok();
  return Refuse(rule, "no account gets a name with these characters from a claim");
}

Status CheckLiteralName(const AccountRule& rule, AccountNames names) {
  const std::string name = rule.name.text();
  if (IsOneOf(names, name)) return Ok();
  Error error = Refuse(rule, "not a name that an account can have");
  if (IsAnyAccountName(name)) {
    error.detail += " (it " + WhyNoAccountName(name) +
                    "). If it is meant, set account_names = \"any\" of the issuer";
  }
  return error;
}

}  // namespace

Status CheckRuleName(const AccountRule& rule, AccountNames names) {
  if (!rule.map_file.empty()) return Ok();
  return rule.name.has_star() ? CheckMadeName(rule) : CheckLiteralName(rule, names);
}

}  // namespace pamjwt
