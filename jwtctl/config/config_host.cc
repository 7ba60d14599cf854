#include "jwtctl/config/config_host.h"

#include <utility>

#include "io/config_file.h"

namespace pamjwt::ctl {

ConfigHost ThisConfigHost(const std::optional<std::string>& path) {
  ConfigHost host;
  if (path.value_or(kDefaultConfigPath) == kDefaultConfigPath) host.installed = kDefaultConfigPath;
  // Started by root, the daemon becomes this user.
  std::optional<FileUser> fetcher = FindFileUser("jwks-fetcher");
  if (fetcher.has_value()) host.fetcher_users.push_back(std::move(*fetcher));
  // A configuration that is named on the command line may be for a daemon of this user's own.
  FileUser user = ThisUser();
  if (path.has_value() && user.uid != 0) host.fetcher_users.push_back(std::move(user));
  return host;
}

}  // namespace pamjwt::ctl
