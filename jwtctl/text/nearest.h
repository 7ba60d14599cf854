#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pamjwt::ctl {

/// Returns how many edits make `b` out of `a`: a byte put in, taken out or replaced, or two
/// neighbours that change places. No byte is edited twice (optimal string alignment).
std::size_t EditDistance(std::string_view a, std::string_view b);

/// Returns the entry of `known` that somebody who wrote `word` may have meant: the one with the
/// least distance, the first of several. Dashes in front count on neither side. Returns nullopt if
/// every entry differs in more than a third of its bytes, but one edit is always few enough for a
/// word of two bytes or more.
std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace pamjwt::ctl
