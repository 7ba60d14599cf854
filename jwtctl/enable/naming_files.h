#pragma once

#include <string>
#include <vector>

namespace pamjwt::ctl {

/// Finds the files that must change before the module is removed: PAM files that have a rule of
/// pam_jwt.so, and kSshdDropIn if it has sshd ask for tokens. `root` is "", or a directory that
/// stands for /. Copies that editors and package managers left do not count. A PAM file that cannot
/// be parsed counts if it has the name anywhere. Returns their paths on the host, in order.
std::vector<std::string> FindNamingFiles(const std::string& root);

}  // namespace pamjwt::ctl
