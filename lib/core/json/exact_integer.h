#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pamjwt {

/// Returns the value of a JSON number (RFC 8259 §6) if it is an integer that fits an int64, however
/// it is written: 22, 22.0, 2.2e1 and 220e-1 are 22. Nothing is rounded. Returns nullopt for any
/// other number. `number` must have the grammar of a JSON number, but any character may stand for
/// the decimal point. The time grows with the length of the text only, whatever the exponent.
std::optional<std::int64_t> ExactInteger(std::string_view number);

}  // namespace pamjwt
