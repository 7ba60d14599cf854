#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/config_file.h"

namespace pamjwt::ctl {

/// Returns a path of the command line, which may be relative, as an absolute path without "." and
/// "..", as lib/io needs it. nullopt stays nullopt.
std::optional<std::string> FromRoot(const std::optional<std::string>& path);

/// Returns the source that a command line names. `path` may be relative.
ConfigSource MakeConfigSource(const std::optional<std::string>& path,
                              const std::optional<std::string>& host);

/// Loads the configuration for a verb that does not look at audiences, so that the host needs no
/// name for %h. Errors: kConfigInvalid.
Result<LoadedConfig> LoadConfigWithoutHost(const std::optional<std::string>& path);

/// Returns all errors of a configuration that LoadConfig refused with `error`, one text per error:
/// "FILE:LINE: WHAT". The last text says so if there may be more errors. Reads the files again.
std::vector<std::string> DescribeConfigErrors(const ConfigSource& source, const Error& error);

}  // namespace pamjwt::ctl
