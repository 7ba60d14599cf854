#include "jwtctl/module_file.h"

#include <glob.h>

#include <cstddef>
#include <string_view>

namespace pamjwt::ctl {

std::vector<std::string> FindModuleFiles(const std::string& root) {
  std::vector<std::string> directories = {"/usr/lib/*/security", "/lib/*/security",
                                          "/usr/lib64/security", "/lib64/security",
                                          "/usr/lib/security",   "/lib/security"};
  constexpr std::string_view kConfigured = PAMJWT_PAM_DIR;
  if (kConfigured.starts_with('/')) directories.emplace_back(kConfigured);
  std::vector<std::string> files;
  for (const std::string& directory : directories) {
    glob_t found{};
    if (glob((root + directory + "/pam_jwt.so").c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) {
        files.emplace_back(std::string(found.gl_pathv[i]).substr(root.size()));
      }
    }
    globfree(&found);
  }
  return files;
}

}  // namespace pamjwt::ctl
