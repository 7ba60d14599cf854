#pragma once

#include <optional>
#include <string>

#include "io/config_file.h"

namespace pamjwt::ctl {

/// The configuration that a command line names, where `path` may be relative; lib/io wants it from
/// the root, without "." and "..".
ConfigSource MakeConfigSource(const std::optional<std::string>& path,
                              const std::optional<std::string>& host);

/// The configuration, for whom audiences are of no interest: a host without a name will do.
/// Errors: kConfigInvalid.
Result<LoadedConfig> LoadConfigWithoutHost(const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
