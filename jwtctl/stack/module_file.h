#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

/// The files of PAM modules below `root`, which is "" or a directory that stands for /. Paths are
/// those of the host, without `root`.
class ModuleFiles {
 public:
  explicit ModuleFiles(std::string root);

  /// Returns the existing files that libpam may load for a module as a stack names it. libpam puts
  /// its directory in front of a name that does not begin with a slash, and replaces $ISA by the
  /// name of a directory. There may be several files, as nobody knows which directory is libpam's.
  [[nodiscard]] std::vector<std::string> Find(const std::string& written) const;

  /// Returns the file name, for example "pam_unix.so", if `written` leads to the file of that name
  /// in a directory of modules, with links followed. Otherwise returns `written` itself, which then
  /// has a slash in it.
  [[nodiscard]] std::string NameOf(const std::string& written) const;

 private:
  [[nodiscard]] std::vector<std::string> PathsOf(const std::string& written) const;
  /// Returns whether the path leads to a file in a directory of modules. A path right in such a
  /// directory does, even without a file. Returns nullopt if any other path has no file.
  [[nodiscard]] std::optional<bool> IsKnown(const std::string& path) const;
  [[nodiscard]] bool IsModuleDirectory(const std::string& path) const;

  std::string root_;
  std::vector<std::string> directories_;  ///< the directories of modules, with links followed
};

/// Returns a function that names modules by the files of the host below `root`.
ModuleNames ModuleNamesOf(const std::string& root);

}  // namespace pamjwt::ctl
