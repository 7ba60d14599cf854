#include "jwks-fetcher/confine/sandbox.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "io/system_error.h"

namespace pamjwt::fetcher {
namespace {

constexpr rlim_t kDescriptors = 4096;
constexpr int kSeccompFilter = 2;  // the answer to PR_GET_SECCOMP if there is a filter

}  // namespace

Status DropRoot(const std::string& user) {
  if (getuid() != 0 && geteuid() != 0) return Ok();
  errno = 0;
  const passwd* const account = getpwnam(user.c_str());
  if (account == nullptr || account->pw_uid == 0) {
    return Error{
        Reason::kInternal,
        "there is no user " + user +
            " to become: create it, as the package does, or start as an unprivileged user"};
  }
  const uid_t uid = account->pw_uid;
  const gid_t gid = account->pw_gid;
  if (initgroups(user.c_str(), gid) != 0) return SystemError("initgroups");
  if (setresgid(gid, gid, gid) != 0) return SystemError("setresgid");
  if (setresuid(uid, uid, uid) != 0) return SystemError("setresuid");
  const bool can_return = setuid(0) == 0 || geteuid() == 0;
  if (can_return) return Error{Reason::kInternal, "root could not be given up"};
  return Ok();
}

Status Harden() {
  constexpr mode_t kGroupAndOthersWrite = S_IWGRP | S_IWOTH;
  umask(kGroupAndOthersWrite);
  const rlimit no_core{0, 0};
  if (setrlimit(RLIMIT_CORE, &no_core) != 0) return SystemError("setrlimit RLIMIT_CORE");
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return SystemError("getrlimit RLIMIT_NOFILE");
  descriptors.rlim_cur =
      std::max(descriptors.rlim_cur, std::min(descriptors.rlim_max, kDescriptors));
  if (setrlimit(RLIMIT_NOFILE, &descriptors) != 0) return SystemError("setrlimit RLIMIT_NOFILE");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return SystemError("no_new_privs");
  return Ok();
}

bool IsConfinedBySystemd() {
  return getenv("INVOCATION_ID") != nullptr && prctl(PR_GET_SECCOMP) == kSeccompFilter;
}

std::vector<std::string> SystemPaths() {
  return {"/etc", "/usr", "/lib", "/lib64", "/dev/null", "/dev/urandom", "/proc/self",
          // The directories to which /etc/resolv.conf may be a link.
          "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager"};
}

}  // namespace pamjwt::fetcher
