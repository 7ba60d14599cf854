#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// Returns `lines`, each of which ends in a newline, between two comment lines that say that jwtctl
/// wrote them. By these marks jwtctl finds its lines again in a file of the administrator.
std::string MarkedBlock(std::string_view lines);

/// Returns `text` without the blocks that MarkedBlock makes. All other bytes stay.
///
/// `is_own` returns whether jwtctl may have written a line. Errors (kConfigInvalid) begin with the
/// number of a line: jwtctl did not write a line between the marks, or one mark is without the
/// other.
Result<std::string> WithoutMarkedBlocks(std::string_view text, bool (*is_own)(std::string_view));

}  // namespace pamjwt::ctl
