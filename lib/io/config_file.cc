#include "io/config_file.h"

#include <utility>

namespace pamjwt {
namespace {

constexpr std::size_t kMaxConfigBytes = std::size_t{1024} * 1024;
constexpr std::size_t kMaxHostNameBytes = 4096;
constexpr const char* kHostNameFile = "/etc/hostname";

Status ReadInto(const TrustedDirectory& directory, const std::string& name,
                std::vector<ConfigText>& texts) {
  Result<std::string> text = directory.Read(name);
  if (!text.ok()) return std::move(text).error();
  texts.push_back({name, std::move(text).value()});
  return Ok();
}

Result<std::vector<ConfigText>> ReadTexts(const std::string& path, const FileRules& rules) {
  const Result<TrustedDirectory> directory = TrustedDirectory::Of(path, rules);
  if (!directory.ok()) return directory.error();
  std::vector<ConfigText> texts;
  Status main_file = ReadInto(directory.value(), path.substr(path.rfind('/') + 1), texts);
  if (!main_file.ok()) return std::move(main_file).error();

  const std::string drop_ins = "conf.d";
  Result<std::vector<std::string>> names = directory.value().List(drop_ins);
  if (!names.ok()) return std::move(names).error();
  for (const std::string& name : names.value()) {
    if (name.starts_with('.') || !name.ends_with(".toml")) continue;
    Status read = ReadInto(directory.value(), drop_ins + "/" + name, texts);
    if (!read.ok()) return std::move(read).error();
  }
  return texts;
}

/// What %h is if the configuration does not say: never a resolver, never the kernel's name, since
/// others can set those. Empty if the file has no dot in it.
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
  const std::string path = source.path.value_or(kDefaultConfigPath);
  const Owners owners = OwnersFor(source.path.has_value());
  Result<std::vector<ConfigText>> texts =
      ReadTexts(path, {owners, kMaxConfigBytes, Reason::kConfigInvalid});
  if (!texts.ok()) return std::move(texts).error();
  Result<Config> config = ParseConfig(texts.value());
  if (!config.ok()) return std::move(config).error();
  std::string name = HostName(source, config.value());
  LoadedConfig loaded{std::move(config).value(), owners, std::move(name)};
  Status host = FillInHost(loaded.config, loaded.host);
  if (!host.ok()) return std::move(host).error();
  return loaded;
}

}  // namespace pamjwt
