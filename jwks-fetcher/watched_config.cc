#include "jwks-fetcher/watched_config.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace pamjwt::fetcher {
namespace {

// systemd ignores a message of more than 4 KiB.
constexpr std::size_t kMaxErrorBytes = 1024;

/// Returns an error as one short line of ASCII: systemd and JSON refuse text that is not UTF-8.
std::string ShortLine(std::string text) {
  if (text.size() > kMaxErrorBytes) text = text.substr(0, kMaxErrorBytes) + "...";
  for (char& c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20) c = ' ';
    if (octet >= 0x7F) c = '?';
  }
  return text;
}

}  // namespace

std::vector<WatchedDirectory> ConfigPlaces(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = path.substr(0, slash);
  const std::string name = path.substr(slash + 1);
  return {{directory.empty() ? "/" : directory,
           [name](std::string_view other) { return other == name; }},
          {directory + "/conf.d", [](std::string_view drop_in) {
             return !drop_in.starts_with('.') && drop_in.ends_with(".toml");
           }}};
}

WatchedConfig::WatchedConfig(std::string path, bool is_explicit) : is_explicit_(is_explicit) {
  status_.path = std::move(path);
}

Result<LoadedConfig> WatchedConfig::Read(UnixTime now) {
  first_change_ = std::nullopt;
  const Status watched = watch_.Watch(ConfigPlaces(status_.path));
  watch_error_ = watched.ok() ? "" : watched.error().detail;

  ConfigSource source;
  if (is_explicit_) source.path = status_.path;
  // The daemon reads no audiences, so it needs no name of this host.
  source.host = "localhost";
  Result<LoadedConfig> loaded = LoadConfig(source);
  if (loaded.ok()) {
    status_.loaded = now;
    status_.error.clear();
    status_.error_since = std::nullopt;
    return loaded;
  }
  status_.error = ShortLine(loaded.error().detail);
  if (!status_.error_since.has_value()) status_.error_since = now;
  return loaded;
}

bool WatchedConfig::IsMissing() const {
  return access(status_.path.c_str(), F_OK) != 0 && errno == ENOENT;
}

void WatchedConfig::Notice(MonoTime now) {
  if (!watch_.HasChanged()) return;
  if (!first_change_.has_value()) first_change_ = now;
  last_change_ = now;
}

MonoTime WatchedConfig::NextRead() const {
  if (!first_change_.has_value()) return kNever;
  return {std::min(last_change_.ms + kQuietMs, first_change_->ms + kPatienceMs)};
}

}  // namespace pamjwt::fetcher
