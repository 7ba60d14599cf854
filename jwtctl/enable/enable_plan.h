#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "io/config_file.h"
#include "jwtctl/config/config_problem.h"
#include "jwtctl/enable/change_journal.h"
#include "jwtctl/enable/enable_options.h"

namespace pamjwt::ctl {

/// The condition that sshd must meet after the files have changed.
enum class SshdEnd {
  kAnything,          ///< nothing: sshd is not asked
  kAsksForTokens,     ///< it must ask for tokens by keyboard-interactive
  kTakesNoPasswords,  ///< if PasswordAuthentication is no, it must take no passwords in another way
  kMayTakePasswords,  ///< it may take them, since it did before the change; a warning says so
};

/// The changes of enable or disable to the files of a host, before they are made.
struct Plan {
  std::vector<FileChange> changes;      ///< empty: nothing is to be done
  std::vector<std::string> warnings{};  ///< for the administrator
  SshdEnd sshd = SshdEnd::kAnything;
  bool by_certificate = false;  ///< sshd must take tokens in certificates after the change
  /// The reason to ask before anything changes; empty: the change needs no question.
  std::string doubt{};

  /// Adds a change, unless it leaves the file as it is.
  void Add(FileChange change);
};

/// The configuration with which the service will be enabled, and what is wrong with it.
struct JudgedConfig {
  LoadedConfig loaded;
  ConfigProblems problems;
};

/// Plans how a service is enabled: judges its stack, the module, `config`, the denylist of this
/// host and, for sshd, the settings of sshd. `config` may be the error with which the configuration
/// could not be loaded. Errors (kConfigInvalid, kInternal): what is in the way, and what to do
/// about it.
Result<Plan> PlanEnable(const EnableOptions& options, const EnableHost& host,
                        const Result<JudgedConfig>& config);

}  // namespace pamjwt::ctl
