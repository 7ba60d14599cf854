#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/account/account_rule.h"
#include "core/account/map_file.h"
#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/trace.h"
#include "core/claims/claims.h"
#include "core/claims/policy.h"

namespace pamjwt {

/// An account of this host.
struct SystemAccount {
  std::string name;
  std::uint32_t uid = 0;
};

/// Finds an account of this host by its name, or returns nullopt. Errors: kInternal.
using AccountFinder = std::function<Result<std::optional<SystemAccount>>(std::string_view name)>;

/// The rules that give an account to a token. Every rule that holds counts.
struct GivenBy {
  const AccountRule* literal = nullptr;  ///< the first that names the account
  const AccountRule* star = nullptr;     ///< the first that makes the name from a claim
  std::string key_options;               ///< the strictest of all rules that give the account
  std::string why;                       ///< what matched, for people; empty unless asked for

  [[nodiscard]] bool any() const { return literal != nullptr || star != nullptr; }
  /// Returns the rule that is named as the one that decided. There must be one.
  [[nodiscard]] const AccountRule& rule() const { return literal != nullptr ? *literal : *star; }
};

/// Finds the rules that give the account `login` to a token with these claims. Names are compared
/// byte for byte. With `tell_why` the result says what matched. The result points into `rules`.
///
/// A star rule gives nothing to a token whose sub is its own client_id or azp. The token belongs to
/// a program then (RFC 9068 §5), and programs get accounts by name only. If the token has no sub,
/// the values that the rule reads are compared in its place.
/// A rule that does not name accounts literally gives only names of IsAccountName.
/// A rule gives nothing to a token with `act` (RFC 8693 §4.1) unless judges_actor is set.
/// Errors: kAccountNotAllowed if no rule gives the account, or, if the rule would give it, kOverage
/// if its `require` needs a claim that the issuer left out, or kDelegated; kMapUnusable.
Result<GivenBy> FindRules(const Claims& claims, const std::vector<AccountRule>& rules,
                          std::string_view login, const MapFileReader& read_map, bool tell_why);

/// The functions by which rules look up map files and accounts.
struct AccountSources {
  MapFileReader read_map;
  AccountFinder find;
};

/// The policy by which an account is given.
struct AccountPolicy {
  const std::vector<AccountRule>* rules = nullptr;  ///< never null when it is used
  bool local_account = true;                        ///< the account must exist on this host
  std::uint32_t min_uid = 1000;                     ///< a star rule gives no lower uid
};

/// An account that a token gives. Only Admit makes a LocalAccount. Authentication returns
/// PAM_SUCCESS only for a LocalAccount.
class LocalAccount {
 public:
  /// Checks that a rule gives the account `login`, and that the account may be given.
  ///
  /// The account must exist, unless local_account is off. A rule that names the account gives any
  /// account. A star rule gives neither an account below min_uid nor nobody (65534). `trace` may be
  /// null.
  /// Errors: those of FindRules; kAccountUnknown; kAccountNotAllowed; kInternal.
  static Result<LocalAccount> Admit(const AcceptedClaims& accepted, const AccountPolicy& policy,
                                    std::string_view login, const AccountSources& sources,
                                    Trace* trace);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Returns the place of the rule that gave the account: of the literal rule, if there are two.
  [[nodiscard]] Origin rule() const { return rule_; }
  /// Returns the strictest key_options of all rules that gave the account.
  [[nodiscard]] const std::string& key_options() const { return key_options_; }

 private:
  LocalAccount(std::string_view name, GivenBy given)
      : name_(name), rule_(given.rule().at), key_options_(std::move(given.key_options)) {}

  std::string name_;
  Origin rule_;
  std::string key_options_;
};

/// The uid of nobody. No star rule gives it, whatever min_uid is.
inline constexpr std::uint32_t kNobodyUid = 65534;

}  // namespace pamjwt
