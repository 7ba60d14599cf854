#include "jwtctl/host/host_tree.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "core/base/secret.h"
#include "io/bounded_read.h"
#include "jwtctl/host/real_path.h"

namespace pamjwt::ctl {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 16;
constexpr std::size_t kMostTrustedBytes = std::size_t{256} * 1024 * 1024;

}  // namespace

std::string HostTree::Resolve(const std::string& path) const {
  fs::path resolved = path;
  std::error_code error;
  for (int i = 0; i < kMostLinks; ++i) {
    const fs::path target = fs::read_symlink(Locate(resolved.string()), error);
    if (error) break;
    resolved = (resolved.parent_path() / target)
                   .lexically_normal();  // a target that begins with / replaces it
  }
  return resolved.string();
}

bool HostTree::Exists(const std::string& path) const {
  std::error_code error;
  return fs::exists(fs::symlink_status(Locate(Resolve(path)), error));
}

Result<std::string> HostTree::Read(const std::string& path) const {
  const Result<SecretString> text = ReadOwnFile(Locate(Resolve(path)), kMaxHostFile);
  if (!text.ok()) return text.error();
  return std::string(text.value().view());
}

Status HostTree::CheckOwner(const std::string& path) const {
  Result<OpenedFile> file =
      OpenTrustedFile(Locate(Resolve(path)), {owners(), kMostTrustedBytes, Reason::kConfigInvalid});
  if (!file.ok()) return std::move(file).error();
  return Ok();
}

Status HostTree::CheckOwnerOfWay(const std::string& path) const {
  const std::optional<RealPath> real = FindRealPath(root_, path);
  if (!real.has_value()) return Error{Reason::kConfigInvalid, path + " is not there"};
  for (const std::string& link : real->links) {
    Status owner = CheckOwnerOfLink(link);
    if (!owner.ok()) return owner;
  }
  return CheckOwner(real->path);
}

// The owner of a link counts, because any user may make links in a sticky directory.
Status HostTree::CheckOwnerOfLink(const std::string& link) const {
  struct stat status {};
  if (lstat(Locate(link).c_str(), &status) != 0) {
    return Error{Reason::kConfigInvalid, link + " cannot be looked at"};
  }
  if (status.st_uid != 0 && owners().besides_root != status.st_uid) {
    return Error{Reason::kConfigInvalid, link + " is a symbolic link that belongs to uid " +
                                             std::to_string(status.st_uid) + ", not to root"};
  }
  const std::string directory = link.substr(0, link.rfind('/'));
  if (directory.empty()) return Ok();  // the link is in /, which is checked with the file itself
  Result<std::vector<std::string>> names = ListTrustedDirectory(
      Locate(directory), {owners(), kMostTrustedBytes, Reason::kConfigInvalid});
  if (!names.ok()) return std::move(names).error();
  return Ok();
}

std::vector<std::string> HostTree::List(const std::string& path) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(Locate(path), error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> HostTree::Find(const std::string& pattern) const {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(Locate(pattern).c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      paths.emplace_back(std::string(found.gl_pathv[i]).substr(root_.size()));
    }
  }
  globfree(&found);
  return paths;
}

}  // namespace pamjwt::ctl
