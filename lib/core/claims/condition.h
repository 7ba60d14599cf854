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
  /// What a value of the claim is held against. Types must agree: "true" is not true.
  using Member = std::variant<Pattern, std::int64_t, bool>;

  ClaimName claim;
  bool all = false;             ///< all_of: every member needs a value; else any_of: one does
  std::vector<Member> members;  ///< never empty
  Origin at{};
};

/// Does `condition` hold? A claim that is absent does not.
/// Errors: kCondition; kOverage if the issuer left the claim out. Both with the condition's origin.
Status CheckCondition(const Condition& condition, const Claims& claims);

/// All of them. Errors: those of the first that does not hold.
Status CheckConditions(const std::vector<Condition>& conditions, const Claims& claims);

/// "groups any_of [\"ops\", \"sre\"]"
std::string Show(const Condition& condition);

}  // namespace pamjwt
