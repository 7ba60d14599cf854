#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "io/config_file.h"

namespace pamjwt::ctl {

struct CheckOptions {
  std::optional<std::string> config_path;      ///< none: the one of this host
  std::optional<std::string> denylist_path{};  ///< likewise
  std::optional<std::string> host;             ///< in place of this host's name
};

/// Where the outcome of a check goes.
struct CheckOutput {
  std::ostream& out;  ///< what holds
  /// What does not, with file and line.
  std::function<void(bool is_error, const std::string& text)> report;
  bool warns_of_root = true;  ///< of rules that give root, which sshd may refuse by itself
};

/// Looks at every file that a configuration names, as the module does. Returns as RunCheck.
int CheckConfig(const LoadedConfig& loaded, const CheckOutput& output);

/// `jwtctl check`: reads the configuration as the module does, every file that it names, and the
/// denylist.
/// Prints what holds to `out`, errors and warnings to `err`. Returns kOk, or kUsage if there are
/// errors; warnings alone are good.
int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
