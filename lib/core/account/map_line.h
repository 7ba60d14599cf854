#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

/// The characters between the words of a map file. With '\r', files made on Windows can be read.
inline constexpr std::string_view kMapBlanks = " \t\r";

/// A line of a map file that gives accounts to a claim value.
struct MapEntry {
  std::string value;
  bool is_quoted = false;
  std::vector<std::string_view> accounts;  ///< parts of the line; any words, also none
};

/// Reads one line, without its newline. docs/configuration.md has the grammar. A line of blanks or
/// with nothing but a comment has no entry.
///
/// A value that begins with a quote must be a JSON string that is not empty, with a blank or the
/// end of the line behind it. If it is not, the line gives nothing to anybody. Errors:
/// kMapUnusable.
Result<std::optional<MapEntry>> ReadMapLine(std::string_view line);

}  // namespace pamjwt
