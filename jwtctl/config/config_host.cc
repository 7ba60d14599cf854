#include "jwtctl/config/config_host.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "io/config_file.h"

namespace pamjwt::ctl {

std::vector<std::string> ListPamServices(const std::string& root) {
  std::set<std::string> names;
  for (const char* const directory : {"/etc/pam.d", "/usr/lib/pam.d"}) {
    std::error_code error;
    std::filesystem::directory_iterator file(root + directory, error);
    for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) {
      names.insert(file->path().filename());
    }
  }
  return {names.begin(), names.end()};
}

ConfigHost ThisConfigHost(const std::optional<std::string>& path) {
  ConfigHost host;
  if (path.value_or(kDefaultConfigPath) == kDefaultConfigPath) host.installed = kDefaultConfigPath;
  host.pam_services = ListPamServices("");
  // Started by root, the daemon becomes this user.
  std::optional<FileUser> fetcher = FindFileUser("jwks-fetcher");
  if (fetcher.has_value()) host.fetcher_users.push_back(std::move(*fetcher));
  // A configuration that is named on the command line may be for a daemon of this user's own.
  FileUser user = ThisUser();
  if (path.has_value() && user.uid != 0) host.fetcher_users.push_back(std::move(user));
  return host;
}

}  // namespace pamjwt::ctl
