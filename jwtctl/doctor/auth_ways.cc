#include "jwtctl/doctor/auth_ways.h"

#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {

PossibleCodes AuthCodes(const ServiceStack& stack, const std::vector<int>& ours, Trust trust) {
  return [&stack, ours, trust](const StackEntry& entry) {
    const ModuleKind kind = KindOf(entry, stack.vouched);
    if (kind == ModuleKind::kOurs) return ours;
    if (kind != ModuleKind::kVerifies) return AnswersOf(entry, stack.service);
    std::vector<int> codes = RefusalsOf(entry);
    if (trust == Trust::kVerifyingModules) codes.push_back(kPamSuccess);
    return codes;
  };
}

std::optional<WayIn> FindAuthWay(const ServiceStack& stack, const std::vector<int>& ours,
                                 Trust trust, Passing passing) {
  return FindWayIn(StackWalk(stack.auth), stack.auth, {AuthCodes(stack, ours, trust), passing});
}

}  // namespace pamjwt::ctl
