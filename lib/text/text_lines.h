#pragma once

#include <string_view>
#include <vector>

namespace pamjwt {

/// Returns the lines of `text`, each with its newline, which the last line may lack. The lines
/// point into `text`.
std::vector<std::string_view> SplitLines(std::string_view text);

/// Returns `line` without the blanks, tabs and newlines at its end. The result points into `line`.
std::string_view WithoutEnd(std::string_view line);

}  // namespace pamjwt
