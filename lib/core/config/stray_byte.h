#pragma once

#include <cstdint>
#include <string_view>

namespace pamjwt {

/// The line, from 1, of the first byte beyond ASCII outside of strings and comments; 0 if there is
/// none. TOML has no use for one there, and the parser (toml++) would run into code that it
/// declares unreachable: toml.h mends that, and here is what to tell.
std::uint32_t FindStrayByte(std::string_view toml);

}  // namespace pamjwt
