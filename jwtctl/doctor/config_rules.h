#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "io/config_file.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// The configuration of a host, as far as it can be read.
struct HostConfig {
  std::string path;                    ///< the host's
  std::optional<LoadedConfig> loaded;  ///< the files that it names stand for those of the tree
  Findings findings;                   ///< why it is not there
};

/// `path`: one that was given, of this machine; none: the default one of the host.
HostConfig ReadHostConfig(const HostTree& host, const std::optional<std::string>& path);

/// What `jwtctl check` reports.
Findings JudgeConfig(const HostConfig& config);

/// Keys of the issuers that need jwks-fetcher: are they there, and fresh? The daemon is asked only
/// on this host.
Findings JudgeKeys(const HostTree& host, const LoadedConfig& loaded, UnixTime now);

}  // namespace pamjwt::ctl
