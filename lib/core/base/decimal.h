#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pamjwt {

/// Parses a number from 0 to `most`: digits only, without zeros in front. Returns nullopt for any
/// other text.
std::optional<std::uint32_t> ParseDecimal(std::string_view text, std::uint32_t most);

}  // namespace pamjwt
