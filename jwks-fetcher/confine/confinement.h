#pragma once

#include <string>

#include "core/config/config.h"
#include "jwks-fetcher/confine/sandbox.h"
#include "jwks-fetcher/host/log_line.h"

namespace pamjwt::fetcher {

/// Returns what the daemon has to open with this configuration, which is the file `config_path`:
/// the system's paths, and the directories of all files that the configuration names.
AllowedPaths PathsFor(const Config& config, const std::string& config_path);

/// Returns the first path of `wanted` that is not at or below a path of `allowed`, or "" if all
/// are. Looks at the paths to write before the paths to read.
std::string FirstOutside(const AllowedPaths& allowed, const AllowedPaths& wanted);

/// Restricts this process to `paths` and to the system calls that it needs, for good. Does nothing
/// if systemd has confined the process already.
/// If the kernel lacks Landlock or seccomp, logs a warning that names it, and applies the other.
void Confine(const AllowedPaths& paths, const LogTarget& log);

}  // namespace pamjwt::fetcher
