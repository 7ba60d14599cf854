#pragma once

#include <string>
#include <vector>

namespace pamjwt::ctl {

/// The files below `root` ("" or a directory that stands for /) that must change before the module
/// is removed: PAM files that have a rule of pam_jwt.so, and kSshdDropIn where it has sshd ask for
/// tokens. Copies that others left behind do not count. A PAM file that cannot be parsed counts if
/// it has the name anywhere. Paths are the host's, in order.
std::vector<std::string> FindNamingFiles(const std::string& root);

}  // namespace pamjwt::ctl
