#pragma once

#include <cstdint>
#include <string_view>

namespace pamjwt {

/// Returns the line, from 1, of the first byte beyond ASCII outside of strings and comments, or 0
/// if there is no such byte. TOML does not allow this byte there. The parser (toml++) would run
/// into code that it declares unreachable. toml.h prevents that, and this function finds the line
/// for the message.
std::uint32_t FindStrayByte(std::string_view toml);

}  // namespace pamjwt
