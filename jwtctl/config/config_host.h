#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwtctl/config/file_access.h"

namespace pamjwt::ctl {

/// The host that a configuration is judged for.
struct ConfigHost {
  /// A directory that stands for /, or "". The configuration names files below it already.
  std::string root{};
  /// The path of the configuration, if it is the one that jwks-fetcher reads by default. nullopt:
  /// it is a draft, or one that is named on command lines.
  std::optional<std::string> installed{};
  /// The users that jwks-fetcher may run as. Empty if they are not known: no rights are judged
  /// then.
  std::vector<FileUser> fetcher_users{};
  /// The PAM services of the host, in order. Empty if they are not known: no services are judged
  /// then.
  std::vector<std::string> pam_services{};
};

/// Returns the names of the PAM files of the host whose / is the directory `root` ("": this host),
/// in order.
std::vector<std::string> ListPamServices(const std::string& root);

/// Returns this host, for the configuration at `path`, or the default one if `path` is nullopt.
ConfigHost ThisConfigHost(const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
