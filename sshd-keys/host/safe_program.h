#pragma once

#include <string>

#include "core/base/result.h"

namespace pamjwt::keys {

/// Checks that nobody but root can exchange a program, as sshd does it for AuthorizedKeysCommand.
/// Returns its path behind all links. Only this path may be executed: others may own the links.
///
/// The path must be absolute. Behind all links there must be a regular file. The file and each
/// directory above it must belong to root, and neither group nor others may write them. Errors:
/// kConfigInvalid; the detail names the file or directory.
Result<std::string> FindSafeProgram(const std::string& path);

}  // namespace pamjwt::keys
