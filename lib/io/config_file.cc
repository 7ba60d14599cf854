#include "io/config_file.h"

#include <string_view>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::size_t kMaxConfigBytes = std::size_t{1024} * 1024;
constexpr std::size_t kMaxHostNameBytes = 4096;
constexpr const char* kHostNameFile = "/etc/hostname";

/// Splits "/etc/pam_jwt/pam_jwt.toml" into "/etc/pam_jwt/" and "pam_jwt.toml".
std::pair<std::string, std::string> SplitPath(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  return {path.substr(0, begin), path.substr(begin)};
}

Result<ConfigText> ReadText(const std::string& path, std::string name, const FileRules& rules) {
  Result<std::string> text = ReadTrustedFile(path, rules);
  if (!text.ok()) return std::move(text).error();
  return ConfigText{std::move(name), std::move(text).value()};
}

Result<std::vector<ConfigText>> ReadTexts(const ConfigSource& source) {
  FileRules rules{OwnersFor(source.path.has_value()), kMaxConfigBytes, Reason::kConfigInvalid};
  const std::string path = source.path.value_or(kDefaultConfigPath);
  const auto [directory, name] = SplitPath(path);
  std::vector<ConfigText> texts;
  Result<ConfigText> main_file = ReadText(path, name, rules);
  if (!main_file.ok()) return std::move(main_file).error();
  texts.push_back(std::move(main_file).value());

  // conf.d is beside the main file, and the other files are in conf.d.
  rules.directory_was_checked = true;
  Result<std::vector<std::string>> names = ListTrustedDirectory(directory + "conf.d", rules);
  if (!names.ok()) return std::move(names).error();
  for (const std::string& drop_in : names.value()) {
    if (drop_in.starts_with('.') || !drop_in.ends_with(".toml")) continue;
    const std::string shown = "conf.d/" + drop_in;
    Result<ConfigText> text = ReadText(directory + shown, shown, rules);
    if (!text.ok()) return std::move(text).error();
    texts.push_back(std::move(text).value());
  }
  return texts;
}

/// Returns the value of %h if the configuration has none: the name in /etc/hostname, or "" if that
/// name has no dot. Never asks a resolver or the kernel, since other programs can set the names
/// that these give.
std::string StaticHostName() {
  const FileRules rules{Owners{}, kMaxHostNameBytes, Reason::kConfigInvalid};
  Result<std::string> text = ReadTrustedFile(kHostNameFile, rules);
  if (!text.ok()) return "";
  std::string host = text.value().substr(0, text.value().find_first_of(" \t\r\n"));
  return host.find('.') == std::string::npos ? "" : host;
}

std::string HostName(const ConfigSource& source, const Config& config) {
  if (source.host.has_value()) return *source.host;
  if (!config.login.host->empty()) return *config.login.host;
  return config.NeedsHost() ? StaticHostName() : "";
}

}  // namespace

Result<LoadedConfig> LoadConfig(const ConfigSource& source) {
  Result<std::vector<ConfigText>> texts = ReadTexts(source);
  if (!texts.ok()) return std::move(texts).error();
  Result<Config> config = ParseConfig(texts.value());
  if (!config.ok()) return std::move(config).error();
  std::string host = HostName(source, config.value());
  Result<Config> filled = FillInHost(std::move(config).value(), host);
  if (!filled.ok()) return std::move(filled).error();
  return LoadedConfig{std::move(filled).value(), OwnersFor(source.path.has_value()),
                      std::move(host)};
}

std::vector<Error> ListConfigErrors(const ConfigSource& source) {
  const Result<std::vector<ConfigText>> texts = ReadTexts(source);
  return texts.ok() ? FindConfigErrors(texts.value()) : std::vector<Error>{texts.error()};
}

}  // namespace pamjwt
