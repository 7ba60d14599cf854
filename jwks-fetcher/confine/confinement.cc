#include "jwks-fetcher/confine/confinement.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/log_field.h"
#include "core/config/store_url.h"

namespace pamjwt::fetcher {
namespace {

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool IsBelow(const std::string& path, const std::string& directory) {
  return path == directory || directory == "/" || path.starts_with(directory + "/");
}

std::string FirstOutside(const std::vector<std::string>& allowed,
                         const std::vector<std::string>& wanted) {
  for (const std::string& path : wanted) {
    const bool is_allowed =
        std::any_of(allowed.begin(), allowed.end(),
                    [&](const std::string& directory) { return IsBelow(path, directory); });
    if (!is_allowed) return path;
  }
  return "";
}

/// Returns the directory of the store, if it is a file.
std::optional<std::string> StoreDirectory(const StoreOptions& store) {
  const Result<StoreUrl> url = ParseStoreUrl(*store.url);
  const bool is_file = url.ok() && url.value().kind == StoreUrl::Kind::kSqlite;
  if (!is_file) return std::nullopt;
  return DirectoryOf(url.value().path);
}

void LogUnlessOk(const Status& status, const char* what, const LogTarget& log) {
  if (status.ok()) return;
  Log(log, LogLevel::kWarning,
      "sandbox_incomplete" + LogField("part", what) + LogField("detail", status.error().detail));
}

}  // namespace

AllowedPaths PathsFor(const Config& config, const std::string& config_path) {
  AllowedPaths paths{SystemPaths(),
                     {DirectoryOf(*config.keys.file), DirectoryOf(*config.keys.metrics_file)}};
  paths.read.push_back(DirectoryOf(config_path));
  const std::optional<std::string> store = StoreDirectory(config.store);
  if (store.has_value()) paths.write.push_back(*store);
  if (!config.store.password_file->empty()) {
    paths.read.push_back(DirectoryOf(*config.store.password_file));
  }
  for (const Setting<std::string>* const file :
       {&config.denylist.ca_file, &config.denylist.proxy_password_file}) {
    if (file->given()) paths.read.push_back(DirectoryOf(**file));
  }
  for (const Issuer& issuer : config.issuers) {
    // The directories are allowed, because a file that is replaced is a new file.
    for (const Setting<std::string>* const file :
         {&issuer.ca_file, &issuer.bearer_token_file, &issuer.proxy_password_file}) {
      if (file->given()) paths.read.push_back(DirectoryOf(**file));
    }
  }
  return paths;
}

std::string FirstOutside(const AllowedPaths& allowed, const AllowedPaths& wanted) {
  const std::string outside = FirstOutside(allowed.write, wanted.write);
  return outside.empty() ? FirstOutside(allowed.read, wanted.read) : outside;
}

void Confine(const AllowedPaths& paths, const LogTarget& log) {
  if (IsConfinedBySystemd()) return;
  LogUnlessOk(RestrictFiles(paths), "landlock", log);
  LogUnlessOk(RestrictSystemCalls(), "seccomp", log);
}

}  // namespace pamjwt::fetcher
