#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

/// What separates the words of a map file; with '\r', so that files of Windows can be read.
inline constexpr std::string_view kMapBlanks = " \t\r";

/// A line of a map file that gives accounts to a claim value.
struct MapEntry {
  std::string value;
  bool is_quoted = false;
  std::vector<std::string_view> accounts;  ///< parts of the line; any words, also none
};

/// Reads one line, without its newline. docs/configuration.md has the grammar. None for a line of
/// blanks and for a comment.
///
/// A value that begins with a quote is a JSON string. One that is not, or has no blank behind it,
/// or is empty, gives nothing to anybody: it is never taken as it stands. Errors: kMapUnusable.
Result<std::optional<MapEntry>> ReadMapLine(std::string_view line);

}  // namespace pamjwt
