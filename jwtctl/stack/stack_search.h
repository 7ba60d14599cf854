#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "jwtctl/stack/stack_simulation.h"

namespace pamjwt::ctl {

/// All that the modules of a stack might return.
using PossibleCodes = std::function<std::vector<int>(const StackEntry&)>;

/// Which ways through a stack count.
enum class Passing { kOurModule, kNotOurModule, kAny };

/// Which codes of a whole stack count as success.
enum class SuccessCodes {
  kSuccess,
  kSuccessOrNewPassword,  ///< account: a user who must set a new password does so, and is in
};

/// A way through a stack that ends in success: what each module returned.
struct WayIn {
  StackCodes codes;

  /// The last entry besides pam_jwt that agreed; none: there is no such entry.
  [[nodiscard]] std::optional<std::size_t> Agreed(const std::vector<StackEntry>& entries) const;
  /// The entries that jumped over others.
  [[nodiscard]] std::vector<std::size_t> Jumps(const std::vector<StackEntry>& entries) const;
};

/// What is looked for, and how.
struct WaySearch {
  PossibleCodes codes;
  Passing passing = Passing::kAny;
  SuccessCodes success = SuccessCodes::kSuccess;
};

/// Looks for a way from where `walk` stands through `entries` to success: whatever the modules
/// return, if `search.codes` has it for them.
std::optional<WayIn> FindWayIn(const StackWalk& walk, const std::vector<StackEntry>& entries,
                               const WaySearch& search);

}  // namespace pamjwt::ctl
