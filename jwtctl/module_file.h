#pragma once

#include <string>

namespace pamjwt::ctl {

/// Is pam_jwt.so beside the other PAM modules, where distributions have them, below `root` ("" or a
/// directory that stands for /)?
bool HasModuleFile(const std::string& root);

}  // namespace pamjwt::ctl
