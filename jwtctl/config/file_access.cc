#include "jwtctl/config/file_access.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <utility>

namespace pamjwt::ctl {
namespace {

constexpr mode_t kRead = 04;
constexpr mode_t kWrite = 02;
constexpr mode_t kSearch = 01;

std::vector<gid_t> GroupsOf(const passwd& account) {
  constexpr int kMostGroups = 65536;  // as many as Linux lets a process have
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (getgrouplist(account.pw_name, account.pw_gid, groups.data(), &count) < 0) {
    const auto wanted = static_cast<std::size_t>(std::clamp(count, 1, kMostGroups));
    if (wanted <= groups.size()) return {account.pw_gid};
    groups.resize(wanted);
    count = static_cast<int>(groups.size());
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

bool HasAccessList(const std::string& path) {
  return getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

/// Returns the three bits of a mode that hold for `user`: those of the owner, else those of the
/// group, else those of all others.
mode_t BitsFor(const FileUser& user, const struct stat& status) {
  if (user.uid == status.st_uid) return (status.st_mode >> 6U) & 07U;
  const bool is_member =
      std::find(user.groups.begin(), user.groups.end(), status.st_gid) != user.groups.end();
  return (is_member ? status.st_mode >> 3U : status.st_mode) & 07U;
}

FileAccess JudgeOne(const FileUser& user, const std::string& path, mode_t rights) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return FileAccess::kUnknown;
  if (user.uid == 0) return FileAccess::kAllowed;
  // A list can also deny what the mode allows, but never to the owner.
  if (user.uid != status.st_uid && HasAccessList(path)) return FileAccess::kUnknown;
  return (BitsFor(user, status) & rights) == rights ? FileAccess::kAllowed : FileAccess::kDenied;
}

struct Above {
  FileAccess access;
  std::string directory;  ///< the first one that `user` may not enter, or that is not known
};

/// Judges whether `user` may enter each directory above `path`.
Above JudgeAbove(const FileUser& user, const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const FileAccess access = JudgeOne(user, path.substr(0, slash + 1), kSearch);
    if (access != FileAccess::kAllowed) {
      return {access, path.substr(0, std::max(slash, std::size_t{1}))};
    }
  }
  return {FileAccess::kAllowed, ""};
}

/// Judges as JudgeAbove does, and then the directories to which links on the way lead.
Above JudgeWay(const FileUser& user, const std::string& path) {
  Above named = JudgeAbove(user, path);
  if (named.access != FileAccess::kAllowed) return named;
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? named : JudgeAbove(user, real.string());
}

/// Judges whether `user` has `rights` to what is at `path`, and may search each directory above it.
FileAccess Judge(const FileUser& user, const std::string& path, mode_t rights) {
  const FileAccess way = JudgeWay(user, path).access;
  return way == FileAccess::kAllowed ? JudgeOne(user, path, rights) : way;
}

}  // namespace

std::optional<FileUser> FindFileUser(const std::string& name) {
  const passwd* const account = getpwnam(name.c_str());
  if (account == nullptr) return std::nullopt;
  return FileUser{name, account->pw_uid, GroupsOf(*account)};
}

FileUser ThisUser() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
  const int count = getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  groups.push_back(getegid());
  return {"uid " + std::to_string(geteuid()), geteuid(), std::move(groups)};
}

FileAccess JudgeRead(const FileUser& user, const std::string& path) {
  return Judge(user, path, kRead);
}

FileAccess JudgeUpdate(const FileUser& user, const std::string& path) {
  return Judge(user, path, kRead | kWrite);
}

FileAccess JudgeConnect(const FileUser& user, const std::string& path) {
  return Judge(user, path, kWrite);
}

FileAccess JudgeChange(const FileUser& user, const std::string& path) {
  return Judge(user, path, kWrite | kSearch);
}

std::optional<std::string> FindClosedDirectory(const FileUser& user, const std::string& path) {
  Above way = JudgeWay(user, path);
  if (way.access != FileAccess::kDenied) return std::nullopt;
  return std::move(way.directory);
}

}  // namespace pamjwt::ctl
