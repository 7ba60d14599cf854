#include "jwtctl/enable/stack_file.h"

#include <sys/stat.h>

#include <utility>

#include "core/base/nearest_word.h"
#include "io/file.h"
#include "jwtctl/config/config_host.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

bool IsLink(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

Status CheckStackFile(const std::string& root, const std::string& service) {
  if (!IsServiceName(service)) return Refuse(service + " is not the name of a PAM service");
  if (service.starts_with("common-")) {
    return Refuse(service +
                  " is part of many services, and pam-auth-update writes it: name the service "
                  "itself, such as sshd, or use pam-auth-update (--enable jwt, --disable jwt)");
  }
  const std::string path = kPamDirectory + service;
  if (IsLink(root + path)) {
    return Refuse(path +
                  " is a symbolic link, as authselect makes them, and would be made anew: name "
                  "the service itself, such as sshd, or change a profile of your own (authselect "
                  "create-profile)");
  }
  if (IsThere(root, path)) return Ok();
  const std::string vendors = kVendorPamDirectory + service;
  if (IsThere(root, vendors)) {
    return Refuse(path + " does not exist: cp " + vendors + " " + path);
  }
  const std::string meant = DidYouMean(service, ListPamServices(root));
  return Refuse(
      path + " does not exist" +
      (meant.empty() ? ": for a service without a PAM stack, write one of its own" : meant));
}

}  // namespace

bool IsThere(const std::string& root, const std::string& path) {
  struct stat status {};
  return lstat((root + path).c_str(), &status) == 0;
}

Result<std::string> ReadHostFile(const std::string& root, const std::string& path) {
  return ReadTrustedFile(root + path,
                         {OwnersFor(!root.empty()), kMaxStackBytes, Reason::kConfigInvalid});
}

Result<std::string> ReadStackFile(const std::string& root, const std::string& service) {
  Status usable = CheckStackFile(root, service);
  if (!usable.ok()) return std::move(usable).error();
  return ReadHostFile(root, kPamDirectory + service);
}

Error InFile(const std::string& path, const Error& error) {
  return Refuse(path + ": " + error.detail);
}

}  // namespace pamjwt::ctl
