#include "jwtctl/doctor/keys_program.h"

#include <sys/stat.h>

#include <string>
#include <utility>

#include "jwtctl/sshd/keys_command.h"

namespace pamjwt::ctl {
namespace {

Finding BadProgram(std::string text, std::string fix) {
  return {Health::kCritical, "certificate.program", kKeysProgram, std::move(text), std::move(fix)};
}

Finding BadUser(const std::string& text, std::string fix) {
  return {Health::kCritical, "certificate.user", kKeysUser,
          std::string("the user ") + kKeysUser + text, std::move(fix)};
}

}  // namespace

std::optional<Finding> JudgeKeysProgram(const HostTree& host) {
  const std::string program = kKeysProgram;
  for (const std::string& path : {program, program + "-judge.so"}) {
    struct stat status {};
    if (stat(host.Locate(path).c_str(), &status) != 0) {
      return BadProgram(path + " is not there", "install it");
    }
    const Status owner = host.CheckOwnerOfWay(path);
    if (!owner.ok()) {
      return BadProgram(
          "sshd does not run it: " + owner.error().detail,
          "give it and the directories above it to root, and let only root write them");
    }
    constexpr mode_t kRead = S_IRUSR | S_IRGRP | S_IROTH;
    constexpr mode_t kRun = kRead | S_IXUSR | S_IXGRP | S_IXOTH;
    const mode_t wanted = path == program ? kRun : kRead;
    if ((status.st_mode & wanted) == wanted) continue;
    return BadProgram(std::string(kKeysUser) + " cannot use " + path, "chmod 755 " + path);
  }
  return std::nullopt;
}

std::optional<Finding> JudgeKeysUser(const std::optional<FileUser>& user) {
  const std::string name = kKeysUser;
  if (!user.has_value()) {
    return BadUser(
        " is not there",
        "useradd --system --user-group --no-create-home --shell /usr/sbin/nologin " + name);
  }
  if (user->uid == 0) return BadUser(" has uid 0", "give it a uid of its own");
  if (user->groups.size() <= 1) return std::nullopt;
  return BadUser(" is in groups besides its own: a fault in sshd-keys would reach what they reach",
                 "usermod -G '' " + name);
}

}  // namespace pamjwt::ctl
