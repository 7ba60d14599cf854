#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "jwtctl/stack_simulation.h"

namespace pamjwt::ctl {

/// All that the modules of a stack might return.
using PossibleCodes = std::function<std::vector<int>(const StackEntry&)>;

/// Which ways through a stack count.
enum class Passing { kOurModule, kNotOurModule, kAny };

/// A way through a stack that ends in PAM_SUCCESS.
struct WayIn {
  StackCodes codes;                   ///< what each module returned
  std::optional<std::size_t> agreed;  ///< the last one that did, besides pam_jwt
};

/// Looks for a way from where `walk` stands through `entries` to success: whatever the modules
/// return, if `codes` has it for them.
std::optional<WayIn> FindWayIn(const StackWalk& walk, const std::vector<StackEntry>& entries,
                               const PossibleCodes& codes, Passing passing = Passing::kAny);

}  // namespace pamjwt::ctl
