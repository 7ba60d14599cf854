#include "ssh-jwt/host_key.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>
#include <vector>

namespace pamjwt::ssh {
namespace {

/// The files that UserKnownHostsFile names; without any ssh takes no new key.
std::vector<std::string> FilesOf(std::string_view known_hosts) {
  std::vector<std::string> files;
  if (known_hosts == "none") return files;
  std::size_t end = 0;
  do {
    end = known_hosts.find(' ');
    files.emplace_back(known_hosts.substr(0, end));
    known_hosts.remove_prefix(std::min(known_hosts.size(), end + 1));
  } while (end != std::string_view::npos);
  return files;
}

/// Whether something on the way `path` lies where everybody may put things, and belongs neither to
/// root nor to this user.
bool HasForeignPart(const std::filesystem::path& path) {
  for (std::filesystem::path part = path; part.has_relative_path(); part = part.parent_path()) {
    struct stat own {};
    struct stat above {};
    if (lstat(part.c_str(), &own) != 0) continue;
    if (stat(part.parent_path().c_str(), &above) != 0) continue;
    const bool is_ours = own.st_uid == 0 || own.st_uid == geteuid();
    if (!is_ours && (above.st_mode & S_IWOTH) != 0) return true;
  }
  return false;
}

/// Whether another user may have put the file `path` there, or a link on the way to it.
bool MayBeForeign(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  return HasForeignPart(whole) || HasForeignPart(std::filesystem::weakly_canonical(whole, error));
}

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
  const bool takes_new_keys = options.strict == "accept-new";
  // ssh prints `true` for yes.
  if (options.strict != "true" && options.strict != "yes" && options.strict != "ask" &&
      !takes_new_keys) {
    return Unchecked(host, "StrictHostKeyChecking is off", "Set it to ask, yes or accept-new");
  }
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
  const std::vector<std::string> files = FilesOf(options.known_hosts);
  const auto foreign = std::find_if(files.begin(), files.end(), MayBeForeign);
  if (foreign != files.end()) {
    return Unchecked(host,
                     "UserKnownHostsFile " + *foreign +
                         " lies where everybody may put files, and belongs to another user",
                     "Name a file of your own");
  }
  if (!takes_new_keys || files.empty() || IsKept(files.front())) return Ok();
  return Unchecked(host,
                   "StrictHostKeyChecking is accept-new, and UserKnownHostsFile " + files.front() +
                       " keeps no key, so that each key is new",
                   "Name a file that you can write, or set StrictHostKeyChecking to yes");
}

}  // namespace pamjwt::ssh
