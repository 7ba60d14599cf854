#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/account/account_name.h"
#include "core/base/origin.h"
#include "core/claims/claims.h"
#include "core/claims/condition.h"
#include "core/claims/pattern.h"

namespace pamjwt {

/// Options of a key in authorized_keys, as IsKeyOptions takes them; "" if there are none.
struct KeyOptions {
  std::string text;
};

/// One `account` table. It says which claim values give which account.
struct AccountRule {
  ClaimName claim;  ///< the claim whose values the pattern is compared with
  Pattern pattern;
  Pattern name;            ///< the account; its star stands for what the pattern's star matched
  std::string split;       ///< the separators at which a text is split (Claims::Values)
  bool lowercase = false;  ///< A to Z of the claim become a to z before they are compared
  std::vector<std::string> except;            ///< accounts that the rule does not give
  std::string map_file;                       ///< if it is given, pattern and name are not
  AccountNames names = AccountNames::kPosix;  ///< the names that it may give if NamesLiterally()
  std::vector<Condition> require;
  KeyOptions key_options;     ///< for a login by certificate; empty: those of the issuer
  bool judges_actor = false;  ///< a condition on a claim below `/act` must hold
  Origin at{};

  /// Returns whether a person wrote the account down, in the configuration or in a map file.
  [[nodiscard]] bool NamesLiterally() const { return !map_file.empty() || !name.has_star(); }
  /// Returns whether an account of this name may be given by such a rule, whatever the claims are.
  /// A name that is made from a claim is always one of IsAccountName.
  [[nodiscard]] bool MayName(std::string_view account) const {
    return IsOneOf(NamesLiterally() ? names : AccountNames::kPosix, account);
  }
  /// Returns whether the rule takes every `sub`, and a token without a `sub`. Then `require` alone
  /// decides.
  [[nodiscard]] bool TakesAnySubject() const {
    return map_file.empty() && !name.has_star() && pattern.is_bare_star() && claim == ClaimName();
  }
};

}  // namespace pamjwt
