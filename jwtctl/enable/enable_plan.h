#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/enable/change_journal.h"
#include "jwtctl/enable/enable_options.h"

namespace pamjwt::ctl {

/// What must hold of sshd after the files have changed.
enum class SshdEnd {
  kAnything,          ///< nothing: sshd is not asked
  kAsksForTokens,     ///< it must ask for tokens by keyboard-interactive
  kTakesNoPasswords,  ///< with PasswordAuthentication no it must not take them by another way
  kMayTakePasswords,  ///< it may, since it did before the change; a warning says so
};

/// The changes of enable or disable to the files of a host, before they are made.
struct Plan {
  std::vector<FileChange> changes;      ///< empty: nothing is to be done
  std::vector<std::string> warnings{};  ///< for the administrator
  SshdEnd sshd = SshdEnd::kAnything;

  /// Adds a change, unless it leaves the file as it is.
  void Add(FileChange change);
};

/// Judges the host: stack, module, configuration, sshd. Errors (kConfigInvalid, kInternal): what
/// is in the way, and what to do about it.
Result<Plan> PlanEnable(const EnableOptions& options, const EnableHost& host);

}  // namespace pamjwt::ctl
