#pragma once

#include <optional>
#include <string_view>

namespace pamjwt {

/// Returns the double that is nearest to a JSON number (RFC 8259 §6), whatever the locale of the
/// process is. Returns nullopt if it is too large for a double, or so small that it would be 0.
/// `number` must have the grammar of a JSON number, but any character may stand for the decimal
/// point.
std::optional<double> RealNumber(std::string_view number);

}  // namespace pamjwt
