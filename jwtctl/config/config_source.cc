#include "jwtctl/config/config_source.h"

#include <filesystem>

namespace pamjwt::ctl {

std::optional<std::string> FromRoot(const std::optional<std::string>& path) {
  if (!path.has_value()) return path;
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(*path, error);
  return error ? *path : absolute.lexically_normal().string();
}

ConfigSource MakeConfigSource(const std::optional<std::string>& path,
                              const std::optional<std::string>& host) {
  return {FromRoot(path), host};
}

Result<LoadedConfig> LoadConfigWithoutHost(const std::optional<std::string>& path) {
  return LoadConfig(MakeConfigSource(path, "localhost"));
}

}  // namespace pamjwt::ctl
