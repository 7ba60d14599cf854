#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

/// The files of PAM modules below `root` ("" or a directory that stands for /). Paths are the
/// host's, without `root`.
class ModuleFiles {
 public:
  explicit ModuleFiles(std::string root);

  /// The files that libpam may load for a module as a stack names it; only those that exist. libpam
  /// puts its directory in front of a name that does not begin with a slash, and $ISA stands for a
  /// directory too. There may be several: which directory is libpam's is not known.
  [[nodiscard]] std::vector<std::string> Find(const std::string& written) const;

  /// The file name, such as "pam_unix.so", where `written` leads to the file of that name in a
  /// directory of modules, links followed. Else `written` itself, which then has a slash in it.
  [[nodiscard]] std::string NameOf(const std::string& written) const;

 private:
  [[nodiscard]] std::vector<std::string> PathsOf(const std::string& written) const;
  /// Is the path that of a file in a directory of modules? None if nothing is there.
  [[nodiscard]] std::optional<bool> IsKnown(const std::string& path) const;
  [[nodiscard]] bool IsModuleDirectory(const std::string& path) const;

  std::string root_;
  std::vector<std::string> directories_;  ///< without links
};

/// Names modules by the files of the host below `root`.
ModuleNames ModuleNamesOf(const std::string& root);

}  // namespace pamjwt::ctl
