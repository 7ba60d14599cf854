#include "ssh-jwt/host_key.h"

#include <sys/stat.h>
#include <unistd.h>

namespace pamjwt::ssh {
namespace {

/// Whether ssh can keep a key in the file `path`; not in /dev/null, for example.
bool IsKept(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), W_OK) == 0;
}

Error Unchecked(std::string_view host, const std::string& why, const std::string& remedy) {
  return Error{Reason::kConfigInvalid, "the key of " + std::string(host) +
                                           " is not checked: " + why + ". " + remedy +
                                           " (`ssh -G` with the same arguments shows all options)"};
}

}  // namespace

Status CheckHostKeyOptions(const HostKeyOptions& options, std::string_view host) {
  if (options.trusts_loopback) {
    return Unchecked(host,
                     "NoHostAuthenticationForLocalhost is on, and DNS may say that the host is "
                     "this machine",
                     "Set it to no for this host");
  }
  if (options.by_kerberos) {
    return Unchecked(host, "with GSSAPIKeyExchange Kerberos stands for the key",
                     "Set it to no for this host");
  }
  // ssh prints `true` for yes.
  if (options.strict == "true" || options.strict == "yes" || options.strict == "ask") return Ok();
  if (options.strict != "accept-new") {
    return Unchecked(host, "StrictHostKeyChecking is off", "Set it to ask, yes or accept-new");
  }
  // With `none` ssh lets no new key pass.
  const std::string file = options.known_hosts.substr(0, options.known_hosts.find(' '));
  if (file == "none" || IsKept(file)) return Ok();
  return Unchecked(host,
                   "StrictHostKeyChecking is accept-new, and UserKnownHostsFile " + file +
                       " keeps no key, so that each key is new",
                   "Name a file that you can write, or set StrictHostKeyChecking to yes");
}

}  // namespace pamjwt::ssh
