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

std::vector<std::string> DescribeConfigErrors(const ConfigSource& source, const Error& error) {
  std::vector<std::string> texts;
  for (const Error& found : ListConfigErrors(source)) {
    texts.push_back(found.detail);
  }
  // The text may have no error: the host has no name, or the files were mended in between.
  if (texts.empty()) texts.push_back(error.detail);
  if (texts.size() == kMaxConfigErrors) {
    texts.emplace_back("there may be more errors: mend these first, then run jwtctl check again");
  }
  return texts;
}

}  // namespace pamjwt::ctl
