#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/config/config.h"
#include "io/file.h"

namespace pamjwt {

inline constexpr const char* kDefaultConfigPath = "/etc/pam_jwt/pam_jwt.toml";

struct ConfigSource {
  std::optional<std::string> path;  ///< none: the default path, which only root may own
  std::optional<std::string> host;  ///< in place of what %h would be
};

struct LoadedConfig {
  Config config;
  Owners owners;     ///< who may own the files that the configuration names
  std::string host;  ///< what %h is; empty if nothing asks for it
};

/// Reads the configuration and the `*.toml` of the directory conf.d beside it, and fills in %h.
/// Errors: kConfigInvalid, with file and line, and what to do.
Result<LoadedConfig> LoadConfig(const ConfigSource& source);

}  // namespace pamjwt
