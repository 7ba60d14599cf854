#include "jwtctl/config_source.h"

#include <filesystem>

namespace pamjwt::ctl {

ConfigSource MakeConfigSource(const std::optional<std::string>& path,
                              const std::optional<std::string>& host) {
  if (!path.has_value()) return {path, host};
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(*path, error);
  return {error ? *path : absolute.lexically_normal().string(), host};
}

Result<LoadedConfig> LoadConfigWithoutHost(const std::optional<std::string>& path) {
  return LoadConfig(MakeConfigSource(path, "localhost"));
}

}  // namespace pamjwt::ctl
