#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/change_journal.h"
#include "jwtctl/enable.h"

namespace pamjwt::ctl {

/// What is to change, and what whoever does it should know.
struct Plan {
  std::vector<FileChange> changes;  ///< empty: nothing is to be done
  std::vector<std::string> warnings{};
};

/// Judges the host: stack, module, configuration, sshd. Errors (kConfigInvalid, kInternal): what
/// is in the way, and what to do about it.
Result<Plan> PlanEnable(const EnableOptions& options, const EnableHost& host);
/// Wants no more than files that it can read.
Result<Plan> PlanDisable(const DisableOptions& options, const EnableHost& host);

}  // namespace pamjwt::ctl
