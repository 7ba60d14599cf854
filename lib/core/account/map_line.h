#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

/// The characters between the words of a map file. '\r' is among them, for files that were made on
/// Windows.
inline constexpr std::string_view kMapBlanks = " \t\r";

/// A line of a map file that gives accounts to a claim value.
struct MapEntry {
  std::string value;
  bool is_quoted = false;
  std::vector<std::string_view> accounts;  ///< any words, as views of the line; may be empty
};

/// Reads one line, without its newline. The line must outlive the result. docs/configuration.md has
/// the grammar. Returns nullopt for a line that has only blanks or a comment.
///
/// A value that begins with a quote must be a JSON string that is not empty, and a blank or the end
/// of the line must stand behind it. Errors: kMapUnusable for any other value in quotes. The line
/// then gives no account to anybody.
Result<std::optional<MapEntry>> ReadMapLine(std::string_view line);

}  // namespace pamjwt
