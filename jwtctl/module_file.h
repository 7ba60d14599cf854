#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwtctl/stack_rule.h"

namespace pamjwt::ctl {

/// The files of PAM modules below `root` ("" or a directory that stands for /). Paths are the
/// host's, without `root`.
class ModuleFiles {
 public:
  explicit ModuleFiles(std::string root);

  /// What libpam may load for a module as a stack has it, as far as it is there. libpam puts the
  /// path of its directory in front of what does not begin with a slash, and $ISA stands for a
  /// directory too. A name may be in several directories; which is libpam's is not known.
  [[nodiscard]] std::vector<std::string> Find(const std::string& written) const;

  /// "pam_unix.so" for what leads to the file of that name in a directory of modules, links
  /// followed. Anything else is not known: it stays as it is written, with its slash.
  [[nodiscard]] std::string NameOf(const std::string& written) const;

 private:
  [[nodiscard]] std::vector<std::string> PathsOf(const std::string& written) const;
  /// Is it the file of its name in a directory of modules? None if nothing is there.
  [[nodiscard]] std::optional<bool> IsKnown(const std::string& path) const;
  [[nodiscard]] bool IsModuleDirectory(const std::string& path) const;

  std::string root_;
  std::vector<std::string> directories_;  ///< without links
};

/// How modules are known on the host below `root`.
ModuleNames ModuleNamesOf(const std::string& root);

}  // namespace pamjwt::ctl
