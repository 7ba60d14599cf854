#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/change_journal.h"
#include "jwtctl/enable.h"

namespace pamjwt::ctl {

/// What is to change, and what whoever does it should know.
/// What must hold of sshd when the files have changed.
enum class SshdEnd {
  kAnything,          ///< it is not asked
  kAsksForTokens,     ///< it asks by keyboard-interactive
  kTakesNoPasswords,  ///< none by keyboard-interactive where PasswordAuthentication is no
  kMayTakePasswords,  ///< that would be told, since it was so before
};

struct Plan {
  std::vector<FileChange> changes;  ///< empty: nothing is to be done
  std::vector<std::string> warnings{};
  SshdEnd sshd = SshdEnd::kAnything;

  /// Only what differs is a change.
  void Add(FileChange change);
};

/// Judges the host: stack, module, configuration, sshd. Errors (kConfigInvalid, kInternal): what
/// is in the way, and what to do about it.
Result<Plan> PlanEnable(const EnableOptions& options, const EnableHost& host);

}  // namespace pamjwt::ctl
