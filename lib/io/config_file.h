#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/config/config.h"
#include "io/file.h"

namespace pamjwt {

inline constexpr const char* kDefaultConfigPath = "/etc/pam_jwt/pam_jwt.toml";

/// The place of the configuration.
struct ConfigSource {
  std::optional<std::string> path;  ///< nullopt: the default path, which only root may own
  std::optional<std::string> host;  ///< nullopt: %h is what the configuration or the host says
};

/// The configuration, and what else is known from reading it.
struct LoadedConfig {
  Config config;
  Owners owners;     ///< who may own the files that the configuration names
  std::string host;  ///< the value of %h; may be empty if no audience has %h
};

/// Reads the configuration and the `*.toml` of the directory conf.d beside it, in the order of
/// their names, and fills in %h. Errors: kConfigInvalid, with file and line, and what to do.
Result<LoadedConfig> LoadConfig(const ConfigSource& source);

}  // namespace pamjwt
