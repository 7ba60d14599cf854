#pragma once

#include <string>

#include "core/config/config.h"
#include "jwks-fetcher/confine/sandbox.h"
#include "jwks-fetcher/host/log_line.h"

namespace pamjwt::fetcher {

/// What the daemon has to open with this configuration, which is the file `config_path`.
AllowedPaths PathsFor(const Config& config, const std::string& config_path);

/// The first path of `wanted` that `allowed` does not cover; "" if there is none.
std::string FirstOutside(const AllowedPaths& allowed, const AllowedPaths& wanted);

/// Lets this process do no more than `paths` and the network need, or leaves that to systemd.
/// What the kernel cannot do is logged, and goes undone.
void Confine(const AllowedPaths& paths, const LogTarget& log);

}  // namespace pamjwt::fetcher
