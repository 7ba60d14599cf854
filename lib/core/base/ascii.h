#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Returns `c` in lower case if it is one of A to Z, else `c`. Unlike <cctype> it does not depend
/// on the locale, which belongs to the application that loads the module.
constexpr char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns `text` with each of A to Z in lower case.
std::string ToLowerAscii(std::string_view text);

}  // namespace pamjwt
