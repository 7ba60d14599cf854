#pragma once

#include <optional>
#include <vector>

#include "jwtctl/stack/service_stack.h"
#include "jwtctl/stack/stack_search.h"

namespace pamjwt::ctl {

/// Which modules besides pam_jwt may find, in a search, that the user has proved something.
enum class Trust { kNobody, kVerifyingModules };

/// What the modules of the stack may return for auth where pam_jwt returns one of `ours`. The stack
/// must outlive it.
PossibleCodes AuthCodes(const ServiceStack& stack, const std::vector<int>& ours, Trust trust);

/// A way to success through the auth lines where pam_jwt returns one of `ours`.
std::optional<WayIn> FindAuthWay(const ServiceStack& stack, const std::vector<int>& ours,
                                 Trust trust, Passing passing);

}  // namespace pamjwt::ctl
