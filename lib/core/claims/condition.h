#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/claims/claims.h"
#include "core/claims/pattern.h"

namespace pamjwt {

/// One entry of a `require` list.
struct Condition {
  /// Something that a value of the claim is compared with. Types must agree: "true" is not true.
  using Member = std::variant<Pattern, std::int64_t, bool>;

  ClaimName claim;
  bool all = false;             ///< all_of: each member must match a value; any_of: one must
  std::vector<Member> members;  ///< never empty
  Origin at{};
  std::string split{};  ///< the separators at which a text is split (Claims::Values)
};

/// Checks that `condition` holds. A condition on an absent claim does not hold.
/// Errors, with the line of the condition: kCondition; kOverage if the issuer left the claim out.
Status CheckCondition(const Condition& condition, const Claims& claims);

/// Checks that all `conditions` hold. Errors: those of the first that does not.
Status CheckConditions(const std::vector<Condition>& conditions, const Claims& claims);

/// Formats a condition for messages: groups any_of ["ops", "sre"], or, with `split`,
/// groups split "," any_of ["ops"].
std::string Show(const Condition& condition);

}  // namespace pamjwt
