#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Formats " key=value" for a line of a log. Returns "" if `value` is empty.
///
/// The value stands in quotes unless all of its characters can stand without them. In quotes, `"`
/// and `\` have a backslash in front, and a byte that is not printable ASCII is written as "\x0a".
/// After 256 bytes, "..." stands for the rest.
std::string LogField(std::string_view key, std::string_view value);

}  // namespace pamjwt
