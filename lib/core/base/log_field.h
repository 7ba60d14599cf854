#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// " key=value" for a line of a log, or "" for an empty value.
///
/// A value stands in quotes, with what is no printable ASCII as "\x0a", unless each of its
/// characters can stand alone. Of a value longer than 256 bytes the rest is "...".
std::string LogField(std::string_view key, std::string_view value);

}  // namespace pamjwt
