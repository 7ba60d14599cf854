#include "ssh-jwt/other_ways.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "core/base/result.h"
#include "ssh-jwt/command.h"
#include "ssh-jwt/methods.h"

namespace pamjwt::ssh {
namespace {

bool Exists(const std::string& path) {
  struct stat unused {};
  return stat(path.c_str(), &unused) == 0;
}

bool IsSocket(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
}

/// Returns `path` with the home directory that ssh puts in place of `~`.
std::string WithHome(const std::string& path) {
  if (!path.starts_with("~/")) return path;
  const passwd* const user = getpwuid(geteuid());
  return user == nullptr ? path : user->pw_dir + path.substr(1);
}

/// Returns whether the key may be there. A name that ssh still has to expand counts as there.
bool HasKeyFile(const std::string& path) {
  if (path == "none") return false;
  return path.find_first_of("%$") != std::string::npos || Exists(WithHome(path));
}

/// Returns whether the agent of the environment may have a key.
bool AgentHasKey(const std::string& ssh) {
  const char* const socket = getenv("SSH_AUTH_SOCK");
  if (socket == nullptr || socket[0] == '\0') return false;
  const std::string ssh_add = ssh.substr(0, ssh.find_last_of('/') + 1) + "ssh-add";
  const Result<Output> listed = Capture({ssh_add, "-l"}, CapturedStream::kOutputAlone, 0);
  constexpr int kNoKey = 1;
  constexpr int kNoAgent = 2;
  return !listed.ok() || (listed.value().status != kNoKey && listed.value().status != kNoAgent);
}

bool MayHaveKey(const OtherWays& ways, const std::string& ssh) {
  if (ways.by_token_of_hardware) return true;
  if (std::any_of(ways.identity_files.begin(), ways.identity_files.end(), HasKeyFile)) return true;
  if (ways.only_identity_files || ways.identity_agent == "none") return false;
  const bool is_default = ways.identity_agent.empty() || ways.identity_agent == "SSH_AUTH_SOCK";
  return !is_default || AgentHasKey(ssh);
}

}  // namespace

bool MayNeedNoToken(const OtherWays& ways, const std::string& ssh) {
  if (IsSocket(ways.control_path)) return true;
  const std::string_view first = MethodsBeforeToken(ways.preferred_methods);
  if (ways.by_host && HasMethod(first, "hostbased")) return true;
  return ways.by_key && HasMethod(first, "publickey") && MayHaveKey(ways, ssh);
}

}  // namespace pamjwt::ssh
