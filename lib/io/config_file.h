#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/config.h"
#include "io/file.h"

namespace pamjwt {

inline constexpr const char* kDefaultConfigPath = "/etc/pam_jwt/pam_jwt.toml";

/// The place of the configuration.
struct ConfigSource {
  std::optional<std::string> path;  ///< nullopt: the default path, where only root may own files
  std::optional<std::string> host;  ///< %h; nullopt: what the configuration or the host says
};

/// The configuration, and what else is known from reading it.
struct LoadedConfig {
  Config config;
  Owners owners;     ///< who may own the files that the configuration names
  std::string host;  ///< the value of %h; may be empty if no audience has %h
};

/// Reads the configuration and, in the order of their names, the `*.toml` of the directory conf.d
/// beside it, which may be absent. Leaves out names that begin with a dot. Fills in %h. Errors:
/// kConfigInvalid, with file and line, and what to do. If there are several errors, it is the first
/// of ListConfigErrors, and its detail ends with the number of the others.
Result<LoadedConfig> LoadConfig(const ConfigSource& source);

/// Reads the same files, and returns every error that is in their text, but at most
/// kMaxConfigErrors. If a file cannot be read, returns that error alone. The host is not looked at.
std::vector<Error> ListConfigErrors(const ConfigSource& source);

}  // namespace pamjwt
