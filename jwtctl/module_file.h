#pragma once

#include <string>
#include <vector>

namespace pamjwt::ctl {

/// Where pam_jwt.so is beside the other PAM modules, in the places that distributions have for
/// them, below `root` ("" or a directory that stands for /). The paths are the host's, without
/// `root`.
std::vector<std::string> FindModuleFiles(const std::string& root);

}  // namespace pamjwt::ctl
