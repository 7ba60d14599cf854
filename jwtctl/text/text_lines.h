#pragma once

#include <string_view>
#include <vector>

namespace pamjwt::ctl {

/// The lines of `text`, each with its newline; the last may have none.
std::vector<std::string_view> SplitLines(std::string_view text);

/// `line` without the blanks, tabs and newline at its end.
std::string_view WithoutEnd(std::string_view line);

}  // namespace pamjwt::ctl
