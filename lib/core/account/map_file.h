#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

inline constexpr std::size_t kMaxMapFileBytes = std::size_t{16} * 1024 * 1024;

/// Does a line of the map file `text` give `account` to the claim value `value`?
///
/// A line is a claim value, then accounts, separated by blanks or tabs. Empty lines and lines that
/// begin with # are skipped; a # further on is data. A value may stand on several lines. Compared
/// byte for byte; a value with blanks in it cannot be written, and has no line.
/// Returns the number of the line, from 1; 0 if there is none.
std::size_t FindInMapFile(std::string_view text, std::string_view value, std::string_view account);

/// Every line, for `jwtctl check`: a value without an account, and an account whose name nobody
/// can have, are reported as "line N: ...".
std::vector<std::string> CheckMapFile(std::string_view text);

}  // namespace pamjwt
