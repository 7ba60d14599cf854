#pragma once

#include <string>
#include <vector>

namespace pamjwt::ctl {

/// The files below `root` ("" or a directory that stands for /) that a removal of the module would
/// leave behind: PAM files that have a rule of pam_jwt.so, and kSshdDropIn. A PAM file that cannot
/// be read counts if it has the name anywhere. Paths are the host's, in order.
std::vector<std::string> FindNamingFiles(const std::string& root);

}  // namespace pamjwt::ctl
