#include "jwt-sso/verbs/ssh_home.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pamjwt::sso {
namespace {

/// Checks whether both paths are of the same directory.
bool IsSameDirectory(const std::string& one, const std::string& other) {
  struct stat first {};
  struct stat second {};
  return stat(one.c_str(), &first) == 0 && stat(other.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

Result<std::string> SshDirectoryOfUser() {
  const passwd* const user = getpwuid(geteuid());  // this program has one thread
  if (user == nullptr || user->pw_dir == nullptr || *user->pw_dir != '/') {
    return Error{Reason::kInternal, "the user database has no home directory for uid " +
                                        std::to_string(geteuid()) +
                                        ", without which ssh does not work either"};
  }
  const std::string home = user->pw_dir;
  const char* const variable = getenv("HOME");
  if (variable != nullptr && !IsSameDirectory(variable, home)) {
    return Error{Reason::kConfigInvalid, "HOME is " + std::string(variable) +
                                             ", but ssh reads the files in " + home +
                                             "/.ssh: run jwt-sso as the user who uses ssh"};
  }
  return home + "/.ssh";
}

}  // namespace pamjwt::sso
