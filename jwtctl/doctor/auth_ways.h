#pragma once

#include <optional>
#include <vector>

#include "jwtctl/stack/service_stack.h"
#include "jwtctl/stack/stack_search.h"

namespace pamjwt::ctl {

/// The trust of a search in modules that verify users. With kNobody, they refuse. With
/// kVerifyingModules, they may also succeed, as if the user had proved something to them.
enum class Trust { kNobody, kVerifyingModules };

/// Returns what the modules of the stack may return for auth if pam_jwt returns one of `ours`. The
/// stack must outlive the function that is returned.
PossibleCodes AuthCodes(const ServiceStack& stack, const std::vector<int>& ours, Trust trust);

/// Looks for a way to success through the auth rules on which pam_jwt returns one of `ours`.
/// Returns nullopt if there is no way.
std::optional<WayIn> FindAuthWay(const ServiceStack& stack, const std::vector<int>& ours,
                                 Trust trust, Passing passing);

}  // namespace pamjwt::ctl
