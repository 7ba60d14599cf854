#pragma once

#include <optional>
#include <string>

#include "io/config_file.h"

namespace pamjwt::ctl {

/// A path of the command line, which may be relative; lib/io wants it from the root, without "."
/// and "..".
std::optional<std::string> FromRoot(const std::optional<std::string>& path);

/// The configuration that a command line names, where `path` may be relative.
ConfigSource MakeConfigSource(const std::optional<std::string>& path,
                              const std::optional<std::string>& host);

/// The configuration, for whom audiences are of no interest: a host without a name will do.
/// Errors: kConfigInvalid.
Result<LoadedConfig> LoadConfigWithoutHost(const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
