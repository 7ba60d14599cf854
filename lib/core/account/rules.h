#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/map_file.h"
#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/trace.h"
#include "core/claims/claims.h"
#include "core/claims/condition.h"
#include "core/claims/pattern.h"
#include "core/claims/policy.h"

namespace pamjwt {

/// One `account` table: lets an identity in as its account.
struct AccountRule {
  ClaimName claim;  ///< whose values the pattern is held against
  Pattern pattern;
  Pattern name;            ///< the account; its star is what the pattern's star took
  bool lowercase = false;  ///< A to Z of the claim, before the pattern
  std::vector<std::string> except;
  std::string map_file;  ///< then neither pattern nor name
  std::vector<Condition> require;
  Origin at{};

  /// An account that a person wrote down, in the configuration or in a map file.
  [[nodiscard]] bool NamesLiterally() const { return !map_file.empty() || !name.has_star(); }
  /// Does it give the account to any `sub`, and without one? Then `require` alone decides.
  [[nodiscard]] bool TakesAnySubject() const {
    return map_file.empty() && !name.has_star() && pattern.is_bare_star() && claim == ClaimName();
  }
};

/// An account as this host knows it.
struct SystemAccount {
  std::string name;
  std::uint32_t uid = 0;
};

/// Reads a map file, in pieces. Errors: kMapUnusable.
using MapFileReader = std::function<Status(const std::string& path, const TakePiece& take)>;
/// An account of this host by name, or none. Errors: kInternal.
using AccountFinder = std::function<Result<std::optional<SystemAccount>>(std::string_view name)>;

/// The rules that give `login` to these claims. All that hold count; none is a refusal.
struct GivenBy {
  const AccountRule* literal = nullptr;  ///< a rule that names the account
  const AccountRule* star = nullptr;     ///< a rule that makes the name of a claim
  std::string why;                       ///< what matched, if it is to be told

  [[nodiscard]] bool any() const { return literal != nullptr || star != nullptr; }
};

/// Looks for the rules that give the account `login`, byte for byte. With `tell_why` it also says
/// what matched.
///
/// A star rule gives nothing to a token whose sub is its own client_id or azp: such a token is a
/// program's (RFC 9068 §5), and programs get accounts by name only. If a token has no sub, the
/// values that the rule reads are compared in its place.
/// Errors: kAccountNotAllowed if there are none (or kOverage if one fails for want of a claim that
/// the issuer left out); kMapUnusable.
Result<GivenBy> FindRules(const Claims& claims, const std::vector<AccountRule>& rules,
                          std::string_view login, const MapFileReader& read_map, bool tell_why);

/// Where rules and accounts are looked up.
struct AccountSources {
  MapFileReader read_map;
  AccountFinder find;
};

struct AccountPolicy {
  const std::vector<AccountRule>* rules = nullptr;
  bool local_account = true;  ///< the account must exist on this host
  std::uint32_t min_uid = 1000;
};

/// An account that a token may be let in as: the last step before PAM_SUCCESS.
class LocalAccount {
 public:
  /// A star rule never gives an account that does not exist (unless local_account is off), one
  /// below min_uid, or nobody (65534); a literal one gives any account that exists.
  /// Errors: those of FindRules; kAccountUnknown; kAccountNotAllowed; kInternal.
  static Result<LocalAccount> Admit(const AcceptedClaims& accepted, const AccountPolicy& policy,
                                    std::string_view login, const AccountSources& sources,
                                    Trace* trace);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Origin rule() const { return rule_; }

 private:
  LocalAccount(std::string_view name, Origin rule) : name_(name), rule_(rule) {}

  std::string name_;
  Origin rule_;
};

/// The uid of nobody, which belongs to no person whatever min_uid is.
inline constexpr std::uint32_t kNobodyUid = 65534;

}  // namespace pamjwt
