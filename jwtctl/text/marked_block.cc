#include "jwtctl/text/marked_block.h"

#include <cstddef>

#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kBegin = "# BEGIN jwtctl enable (jwtctl disable takes this out)";
constexpr std::string_view kEnd = "# END jwtctl enable";
constexpr const char* kMarkAlone =
    "is a mark of jwtctl without the other one: take that comment line out";

Error Refuse(std::size_t line, const std::string& why) {
  return {Reason::kConfigInvalid, "line " + std::to_string(line) + " " + why};
}

}  // namespace

std::string MarkedBlock(std::string_view lines) {
  return std::string(kBegin) + "\n" + std::string(lines) + std::string(kEnd) + "\n";
}

Result<std::string> WithoutMarkedBlocks(std::string_view text, bool (*is_own)(std::string_view)) {
  std::string rest;
  std::size_t number = 0;
  std::size_t begin = 0;  // the line of the first mark; 0 outside of a block
  for (const std::string_view line : SplitLines(text)) {
    ++number;
    const std::string_view shown = WithoutEnd(line);
    if (shown == (begin == 0 ? kEnd : kBegin)) {
      return Refuse(number, kMarkAlone);
    }
    if (shown == kBegin || shown == kEnd) {
      begin = shown == kBegin ? number : 0;
    } else if (begin == 0) {
      rest += line;
    } else if (!is_own(line)) {
      return Refuse(number,
                    "stands between the marks of jwtctl, and is not its own: move that line, or "
                    "take out the comment lines that are the marks");
    }
  }
  if (begin != 0) return Refuse(begin, kMarkAlone);
  return rest;
}

}  // namespace pamjwt::ctl
