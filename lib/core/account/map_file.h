#pragma once

#include <cstddef>
#include <optional>
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
/// Returns where in `text` the value stands, if there is such a line.
std::optional<std::size_t> FindInMapFile(std::string_view text, std::string_view value,
                                         std::string_view account);

/// The number of the line, from 1, in which `position` is.
std::size_t LineNumber(std::string_view text, std::size_t position);

/// Every line, for `jwtctl check`: a value without an account, and an account whose name nobody
/// can have, are reported as "line N: ...".
std::vector<std::string> CheckMapFile(std::string_view text);

}  // namespace pamjwt
