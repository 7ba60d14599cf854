#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "io/config_file.h"
#include "jwtctl/config/config_problem.h"
#include "jwtctl/daemon/status_report.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// The configuration of a host, as far as it can be read.
struct HostConfig {
  std::string path;                    ///< the path that findings name
  std::optional<LoadedConfig> loaded;  ///< names files of a tree by their paths on this machine
  ConfigProblems problems;             ///< problems of what was loaded
  Findings findings;                   ///< why it could not be loaded
};

/// Reads and examines the configuration of a host, once. `path` was given on the command line, and
/// is a path on this machine; nullopt: the default configuration of the host.
HostConfig ReadHostConfig(const HostTree& host, const std::optional<std::string>& path);

/// Returns what `jwtctl check` reports: config.invalid, or config.error, config.warning and
/// config.note. JudgeSshd judges rules that give root in sshd, since it knows the settings of sshd.
Findings JudgeConfig(const HostConfig& config);

/// Reads what jwks-fetcher and root have written for a host. The daemon is asked on this host only.
/// `denylist` was given on the command line; nullopt: that of the host.
StatusReport ReadHostStatus(const HostTree& host, const LoadedConfig& loaded,
                            const std::optional<std::string>& denylist, UnixTime now);

/// Judges the keys of the issuers that need jwks-fetcher by their age, and the daemon, if it was
/// asked, by what it says.
Findings JudgeKeys(const LoadedConfig& loaded, const StatusReport& status);

}  // namespace pamjwt::ctl
