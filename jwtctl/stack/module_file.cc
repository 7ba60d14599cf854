#include "jwtctl/stack/module_file.h"

#include <glob.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "jwtctl/host/real_path.h"

namespace pamjwt::ctl {
namespace {

// libpam replaces this beginning of a path by its own directory, which differs between
// architectures.
constexpr std::string_view kIsaDirectory = "/lib/security/$ISA/";

std::vector<std::string> Glob(const std::string& root, const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (glob((root + pattern).c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      paths.emplace_back(std::string(found.gl_pathv[i]).substr(root.size()));
    }
  }
  globfree(&found);
  return paths;
}

/// Returns the file name at the end of a path.
std::string FileName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

ModuleFiles::ModuleFiles(std::string root) : root_(std::move(root)) {
  std::vector<std::string> patterns = {"/usr/lib/*/security", "/lib/*/security",
                                       "/usr/lib64/security", "/lib64/security",
                                       "/usr/lib/security",   "/lib/security"};
  constexpr std::string_view kConfigured = PAMJWT_PAM_DIR;
  if (kConfigured.starts_with('/')) patterns.emplace_back(kConfigured);
  for (const std::string& pattern : patterns) {
    for (const std::string& path : Glob(root_, pattern)) {
      const std::optional<RealPath> real = FindRealPath(root_, path);
      if (real.has_value() && !IsModuleDirectory(real->path)) directories_.push_back(real->path);
    }
  }
}

bool ModuleFiles::IsModuleDirectory(const std::string& path) const {
  return std::find(directories_.begin(), directories_.end(), path) != directories_.end();
}

std::vector<std::string> ModuleFiles::PathsOf(const std::string& written) const {
  std::string name = written;
  if (written.starts_with(kIsaDirectory)) name.erase(0, kIsaDirectory.size());
  if (name.starts_with('/')) return {name};
  std::vector<std::string> paths;
  for (const std::string& directory : directories_) {
    paths.emplace_back(directory).append("/").append(name);
  }
  return paths;
}

std::vector<std::string> ModuleFiles::Find(const std::string& written) const {
  std::vector<std::string> files = PathsOf(written);
  const auto is_absent = [this](const std::string& path) { return !FindRealPath(root_, path); };
  files.erase(std::remove_if(files.begin(), files.end(), is_absent), files.end());
  return files;
}

std::optional<bool> ModuleFiles::IsKnown(const std::string& path) const {
  const std::string name = FileName(path);
  // The directory is enough: a module whose file is gone keeps its name.
  const auto directory = FindRealPath(root_, path.substr(0, path.size() - name.size()));
  if (directory.has_value() && IsModuleDirectory(directory->path)) return true;
  const std::optional<RealPath> file = FindRealPath(root_, path);
  if (!file.has_value()) return std::nullopt;
  const std::vector<std::string> known = Find(name);
  return std::any_of(known.begin(), known.end(), [&](const std::string& module) {
    return FindRealPath(root_, module)->path == file->path;
  });
}

std::string ModuleFiles::NameOf(const std::string& written) const {
  if (written.find('/') == std::string::npos) return written;
  bool is_known = false;
  for (const std::string& path : PathsOf(written)) {
    const std::optional<bool> known = IsKnown(path);
    if (known == false) return written;
    is_known |= known.has_value();
  }
  return is_known ? FileName(written) : written;
}

ModuleNames ModuleNamesOf(const std::string& root) {
  return [files = std::make_shared<ModuleFiles>(root)](const std::string& written) {
    return files->NameOf(written);
  };
}

}  // namespace pamjwt::ctl
