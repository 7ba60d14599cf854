#pragma once

#include "core/account/account_name.h"
#include "core/account/rules.h"
#include "core/base/result.h"

namespace pamjwt {

/// Checks that the literal name of a rule is one of `names`, or that its name with a star can
/// become the name of an account. Errors: kConfigInvalid, with the line of the rule.
Status CheckRuleName(const AccountRule& rule, AccountNames names);

}  // namespace pamjwt
