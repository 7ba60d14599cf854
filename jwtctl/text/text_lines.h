#pragma once

#include <string_view>
#include <vector>

namespace pamjwt::ctl {

/// Returns the lines of `text`, each with its newline. The last one may be without.
std::vector<std::string_view> SplitLines(std::string_view text);

/// Returns `line` without the blanks, tabs and newline at its end.
std::string_view WithoutEnd(std::string_view line);

}  // namespace pamjwt::ctl
