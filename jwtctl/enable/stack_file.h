#pragma once

#include <string>

#include "core/base/result.h"
#include "jwtctl/enable/change_journal.h"

namespace pamjwt::ctl {

/// Is there anything at a path of the host below `root`? A link that leads nowhere counts.
bool IsThere(const std::string& root, const std::string& path);

/// A file of the host that decides, of at most kMaxStackBytes. Errors (kConfigInvalid): it cannot
/// be read, or somebody besides root can write it.
Result<std::string> ReadHostFile(const std::string& root, const std::string& path);

/// The stack of a service, if jwtctl may change it. Errors (kConfigInvalid): as of ReadHostFile;
/// what to do where it is not there, a link, or a part of many services.
Result<std::string> ReadStackFile(const std::string& root, const std::string& service);

/// The error, with the file that it is about.
Error InFile(const std::string& path, const Error& error);

}  // namespace pamjwt::ctl
