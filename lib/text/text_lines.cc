#include "text/text_lines.h"

#include <cstddef>

namespace pamjwt {

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end == std::string_view::npos ? end : end + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

std::string_view WithoutEnd(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t\n");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace pamjwt
