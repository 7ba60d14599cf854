#pragma once

#include <string>

#include "core/base/result.h"
#include "jwtctl/enable/change_journal.h"

namespace pamjwt::ctl {

/// Checks whether something is at a path of the host below `root`. A link that leads nowhere
/// counts.
bool IsThere(const std::string& root, const std::string& path);

/// Reads a file of the host, of at most kMaxStackBytes, under the rules of ReadTrustedFile. Errors
/// (kConfigInvalid): it cannot be read, or a user besides root can write it.
Result<std::string> ReadHostFile(const std::string& root, const std::string& path);

/// Reads the stack of a service that jwtctl may change. Errors (kConfigInvalid): those of
/// ReadHostFile; it is not there, is a link, or is a part of many services, each with what to do.
Result<std::string> ReadStackFile(const std::string& root, const std::string& service);

/// Returns a kConfigInvalid with the text of `error`, and the path of the file in front.
Error InFile(const std::string& path, const Error& error);

}  // namespace pamjwt::ctl
