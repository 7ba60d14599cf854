#include "jwtctl/doctor/host_tree.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/base/secret.h"
#include "jwtctl/bounded_read.h"

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
    resolved = (resolved.parent_path() / target).lexically_normal();  // a target from / replaces it
  }
  return resolved.string();
}

std::string HostTree::WithoutLinks(const std::string& path) const {
  std::error_code error;
  const std::string real = fs::canonical(Locate(path), error).string();
  const bool is_ours = !error && real.starts_with(root_ + "/");
  return is_ours ? real.substr(root_.size()) : "";
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
  Result<UniqueFd> file =
      OpenTrustedFile(Locate(Resolve(path)), {owners(), kMostTrustedBytes, Reason::kConfigInvalid});
  if (!file.ok()) return std::move(file).error();
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
