#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pamjwt {

/// A number from 0 to `most`, in digits alone, without zeros in front.
std::optional<std::uint32_t> ParseDecimal(std::string_view text, std::uint32_t most);

}  // namespace pamjwt
