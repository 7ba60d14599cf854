#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pamjwt {

/// Parses an integer in the form in which std::to_string() writes it. Returns nullopt for any other
/// text, such as "+1", "01", "-0" or " 1".
std::optional<std::int64_t> ParseInteger(std::string_view text);

}  // namespace pamjwt
