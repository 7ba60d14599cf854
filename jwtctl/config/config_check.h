#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "io/config_file.h"
#include "jwtctl/config/config_host.h"
#include "jwtctl/config/config_problem.h"
#include "jwtctl/config/key_verdicts.h"

namespace pamjwt::ctl {

/// The findings of an examination of a configuration.
struct ExaminedConfig {
  ConfigProblems problems;
  /// The keys of the issuers with jwks_file or secret_file, by the names of the issuers.
  std::map<std::string, LocalKeys> keys{};
  /// The keys that may sign the denylist of the fleet. The summary is empty if there is no url.
  LocalKeys feed_keys{};
  /// The lines of each map file that gives accounts, by the path of the file.
  std::map<std::string, std::size_t> map_lines{};
};

/// Looks at every file that the configuration names, as the module and jwks-fetcher do. Finds what
/// they would refuse, so far as the configuration and these files show it, and what is probably a
/// mistake. Uses no network.
ExaminedConfig ExamineConfig(const LoadedConfig& loaded, const ConfigHost& host);

/// Returns a warning for each rule that gives the account root in sshd: sshd may refuse root all
/// the same (PermitRootLogin).
ConfigProblems FindRootInSshd(const Config& config);

}  // namespace pamjwt::ctl
