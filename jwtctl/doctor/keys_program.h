#pragma once

#include <optional>

#include "jwtctl/config/file_access.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// Finds out why sshd would not run kKeysProgram as kKeysUser, or would run what others wrote
/// (certificate.program): the program or its library is not there, a user besides root can write it
/// or a directory above it, or not all users can use it. Returns nullopt if nothing is wrong.
std::optional<Finding> JudgeKeysProgram(const HostTree& host);

/// Finds out what is wrong with the user kKeysUser (certificate.user): it is not there (nullopt),
/// is root, or is in a group besides its own. Returns nullopt if nothing is wrong.
std::optional<Finding> JudgeKeysUser(const std::optional<FileUser>& user);

}  // namespace pamjwt::ctl
