#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "jwtctl/stack/stack_simulation.h"

namespace pamjwt::ctl {

/// Returns all codes that the module of a rule may return.
using PossibleCodes = std::function<std::vector<int>(const StackEntry&)>;

/// The ways through a stack that count: those on which pam_jwt is called, those on which it is not,
/// or all.
enum class Passing { kOurModule, kNotOurModule, kAny };

/// The codes of a whole stack that count as success.
enum class SuccessCodes {
  kSuccess,
  kSuccessOrNewPassword,  ///< for account: a user who must set a new password sets it, and gets in
};

/// A way through a stack that ends in success.
struct WayIn {
  StackCodes codes;  ///< what each module returned

  /// Returns the place of the last entry, not one of pam_jwt, whose success counted, by the action
  /// `ok` or `done`. Returns nullopt if no entry has one.
  [[nodiscard]] std::optional<std::size_t> Agreed(const std::vector<StackEntry>& entries) const;
  /// Returns the places of the entries that jumped over others.
  [[nodiscard]] std::vector<std::size_t> Jumps(const std::vector<StackEntry>& entries) const;
};

/// The ways that FindWayIn looks for, and the codes that modules may return.
struct WaySearch {
  PossibleCodes codes;
  Passing passing = Passing::kAny;
  SuccessCodes success = SuccessCodes::kSuccess;
};

/// Looks for a way to success from where `walk` stands in `entries`, where each module returns one
/// of the codes that `search.codes` has for it. Returns nullopt if there is no way.
std::optional<WayIn> FindWayIn(const StackWalk& walk, const std::vector<StackEntry>& entries,
                               const WaySearch& search);

}  // namespace pamjwt::ctl
