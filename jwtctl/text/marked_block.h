#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// `lines`, each of which ends in a newline, between two comment lines that say whose they are: so
/// jwtctl finds them again in a file of the administrator's.
std::string MarkedBlock(std::string_view lines);

/// `text` without such blocks, and otherwise byte for byte what it was.
///
/// `is_own` says whether a line is one that jwtctl writes. Errors (kConfigInvalid), which begin
/// with the number of a line: a line between the marks is somebody else's, or the marks are no
/// pair.
Result<std::string> WithoutMarkedBlocks(std::string_view text, bool (*is_own)(std::string_view));

}  // namespace pamjwt::ctl
