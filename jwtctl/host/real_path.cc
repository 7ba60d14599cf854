#include "jwtctl/host/real_path.h"

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <system_error>
#include <utility>

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMostLinks = 40;  // Linux follows no more

/// Returns the names in a path, the last one first.
std::vector<std::string> NamesFromTheEnd(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t end = path.size(); end != std::string::npos;) {
    const std::size_t slash = end == 0 ? std::string::npos : path.rfind('/', end - 1);
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    names.push_back(path.substr(begin, end - begin));
    end = slash;
  }
  return names;
}

/// Returns `path` without its last name. The path of / is empty, and stays so.
std::string ParentOf(std::string path) {
  path.resize(path.empty() ? 0 : path.rfind('/'));
  return path;
}

}  // namespace

std::optional<RealPath> FindRealPath(const std::string& root, const std::string& path) {
  RealPath real;
  std::vector<std::string> waiting = NamesFromTheEnd(path);
  while (!waiting.empty()) {
    const std::string name = std::move(waiting.back());
    waiting.pop_back();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      real.path = ParentOf(std::move(real.path));
      continue;
    }
    std::string next = real.path;
    next.append("/").append(name);
    struct stat status {};
    if (lstat((root + next).c_str(), &status) != 0) return std::nullopt;
    if (!S_ISLNK(status.st_mode)) {
      real.path = std::move(next);
      continue;
    }
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(root + next, error).string();
    if (error || real.links.size() == kMostLinks) return std::nullopt;
    if (target.starts_with('/')) real.path.clear();
    for (std::string& part : NamesFromTheEnd(target)) {
      waiting.push_back(std::move(part));
    }
    real.links.push_back(std::move(next));
  }
  if (real.path.empty()) real.path += '/';
  return real;
}

}  // namespace pamjwt::ctl
