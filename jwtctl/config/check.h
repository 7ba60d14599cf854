#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "jwtctl/config/file_access.h"

namespace pamjwt::ctl {

/// The options of `jwtctl check`.
struct CheckOptions {
  std::optional<std::string> config_path;      ///< nullopt: the configuration of this host
  std::optional<std::string> denylist_path{};  ///< nullopt: the denylist of this host
  std::optional<std::string> host;             ///< in place of this host's name
  /// The users that jwks-fetcher may run as; nullopt: those of this host. For tests.
  std::optional<std::vector<FileUser>> fetcher_users{};
  /// The PAM services of the host; nullopt: those of this host. For tests.
  std::optional<std::vector<std::string>> pam_services{};
};

/// Runs `jwtctl check`: reads the configuration, every file that it names and the denylist, as the
/// module and jwks-fetcher do.
///
/// Prints what the configuration says to `out`; errors, warnings and notes go to `err`. Returns
/// kOk, also with warnings, or kUsage if there are errors.
int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
