#include "jwtctl/module_file.h"

#include <glob.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace pamjwt::ctl {

bool HasModuleFile(const std::string& root) {
  std::vector<std::string> directories = {"/usr/lib/*/security", "/lib/*/security",
                                          "/usr/lib64/security", "/lib64/security",
                                          "/usr/lib/security",   "/lib/security"};
  constexpr std::string_view kConfigured = PAMJWT_PAM_DIR;
  if (kConfigured.starts_with('/')) directories.emplace_back(kConfigured);
  const auto has_module = [&root](const std::string& directory) {
    glob_t found{};
    const bool is_there = glob((root + directory + "/pam_jwt.so").c_str(), 0, nullptr, &found) == 0;
    globfree(&found);
    return is_there;
  };
  return std::any_of(directories.begin(), directories.end(), has_module);
}

}  // namespace pamjwt::ctl
