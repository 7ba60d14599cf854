#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "io/config_file.h"
#include "jwtctl/config/config_problem.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// The configuration of a host, as far as it can be read.
struct HostConfig {
  std::string path;                    ///< on the host
  std::optional<LoadedConfig> loaded;  ///< the files that it names stand for those of the tree
  ConfigProblems problems;             ///< of what was loaded
  Findings findings;                   ///< why it could not be loaded
};

/// Reads and examines the configuration of a host, once. `path` is one that was given, on this
/// machine; nullopt: the default one of the host.
HostConfig ReadHostConfig(const HostTree& host, const std::optional<std::string>& path);

/// Returns what `jwtctl check` reports: config.invalid, or config.error, config.warning and
/// config.note. Rules that give root in sshd are judged with the settings of sshd.
Findings JudgeConfig(const HostConfig& config);

/// Judges the keys of the issuers that need jwks-fetcher by their age, and the daemon by what it
/// says. The daemon is asked on this host only.
Findings JudgeKeys(const HostTree& host, const LoadedConfig& loaded, UnixTime now);

}  // namespace pamjwt::ctl
