#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// Returns whether the value of --out means standard output: it is "-" or "/dev/stdout".
bool IsStandardOutput(std::string_view out);

/// Checks that a rename may put a file at `path`: there is nothing yet, or a regular file. Returns
/// whether there is one. The caller must know it before it replaces it. A link is followed.
/// Errors: kConfigInvalid if something else is there, such as a device.
Result<bool> HasRegularFile(const std::string& path);

}  // namespace pamjwt::ctl
