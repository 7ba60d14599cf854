#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

struct CheckOptions {
  std::optional<std::string> config_path;  ///< none: the one of this host
  std::optional<std::string> host;         ///< in place of this host's name
};

/// `jwtctl check`: reads the configuration as the module does, and every file that it names.
/// Prints what holds to `out`, errors and warnings to `err`. Returns kOk, or kUsage if there are
/// errors; warnings alone are good.
int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
