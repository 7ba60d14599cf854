#include "ssh-jwt/host_key.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace pamjwt::ssh {
namespace {

namespace fs = std::filesystem;

/// Returns the words of UserKnownHostsFile or GlobalKnownHostsFile. The value "none" has no words.
std::vector<std::string> WordsOf(std::string_view known_hosts) {
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

Error Unchecked(std::string_view host, const std::string& why, const std::string& remedy) {
  return Error{Reason::kConfigInvalid, "the key of " + std::string(host) +
                                           " is not checked: " + why + ". " + remedy +
                                           " (`ssh -G` with the same arguments shows all options)"};
}

/// Returns whether a part of `path` lies in a directory that all users may write, and belongs
/// neither to root nor to this user.
bool HasForeignPart(const fs::path& path) {
  for (fs::path part = path; part.has_relative_path(); part = part.parent_path()) {
    struct stat own {};
    struct stat above {};
    if (lstat(part.c_str(), &own) != 0) continue;
    if (stat(part.parent_path().c_str(), &above) != 0) continue;
    const bool is_ours = own.st_uid == 0 || own.st_uid == geteuid();
    if (!is_ours && (above.st_mode & S_IWOTH) != 0) return true;
  }
  return false;
}

/// Returns `path` with its first link replaced by the target of that link, or `path` itself if it
/// has no link.
fs::path FollowOneLink(const fs::path& path) {
  fs::path before;
  for (auto part = path.begin(); part != path.end(); ++part) {
    std::error_code error;
    const fs::path target = fs::read_symlink(before / *part, error);
    before /= error ? *part : target;  // an absolute target replaces the whole
    if (error) continue;
    while (++part != path.end()) before /= *part;
    break;
  }
  return before;
}

/// Returns whether another user may have put the file `path` there, or a link on the way to it.
bool MayBeForeign(const std::string& path) {
  constexpr int kMaxLinks = 40;  // as many as the kernel follows
  std::error_code error;
  fs::path whole = fs::absolute(path, error);
  for (int links = 0; links <= kMaxLinks; ++links) {
    if (HasForeignPart(whole)) return true;
    fs::path next = FollowOneLink(whole);
    if (next == whole) return false;
    whole = std::move(next);
  }
  return true;
}

/// Returns the first name that may be a file of another user. `ssh -G` does not quote names with
/// blanks, so words that stand together may also be one name.
std::optional<std::string> FindForeign(const std::vector<std::string>& words) {
  for (std::size_t first = 0; first < words.size(); ++first) {
    std::string name;
    for (std::size_t last = first; last < words.size(); ++last) {
      name += (last == first ? "" : " ") + words[last];
      if (MayBeForeign(name)) return name;
    }
  }
  return std::nullopt;
}

Status CheckNotForeign(const std::string& option, std::string_view known_hosts,
                       std::string_view host) {
  const std::optional<std::string> foreign = FindForeign(WordsOf(known_hosts));
  if (!foreign.has_value()) return Ok();
  return Unchecked(
      host,
      option + " " + *foreign + " lies where everybody may put files, and belongs to another user",
      "Name a file of your own");
}

/// Returns whether ssh can keep a key in the file `path`, which it cannot in /dev/null, for
/// example.
bool IsKept(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), W_OK) == 0;
}

}  // namespace

Status CheckHostKeyOptions(const HostKeyOptions& options, std::string_view host) {
  const bool takes_new_keys = options.strict == "accept-new";
  // `ssh -G` prints `true` for yes.
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
    return Unchecked(host, "with GSSAPIKeyExchange Kerberos takes the place of the key",
                     "Set it to no for this host");
  }
  Status own = CheckNotForeign("UserKnownHostsFile", options.known_hosts, host);
  if (!own.ok()) return own;
  Status global = CheckNotForeign("GlobalKnownHostsFile", options.global_known_hosts, host);
  if (!global.ok()) return global;
  const std::vector<std::string> files = WordsOf(options.known_hosts);
  if (!takes_new_keys || files.empty() || IsKept(files.front())) return Ok();
  return Unchecked(host,
                   "StrictHostKeyChecking is accept-new, and UserKnownHostsFile " + files.front() +
                       " keeps no key, so that each key is new",
                   "Name a file that you can write, or set StrictHostKeyChecking to yes");
}

}  // namespace pamjwt::ssh
