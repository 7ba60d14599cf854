#pragma once

#include <cstddef>
#include <string_view>

namespace pamjwt {

/// A character, or a byte that is not UTF-8.
struct Utf8Character {
  static constexpr char32_t kReplacement = 0xFFFD;

  char32_t code = kReplacement;
  std::size_t bytes = 1;

  /// Returns whether this is a byte that is not UTF-8, and not a character.
  [[nodiscard]] bool is_broken() const { return code == kReplacement && bytes == 1; }
};

/// Returns the first character of `text`, which is not empty (RFC 3629 §3 and §4).
Utf8Character FirstUtf8Character(std::string_view text);

}  // namespace pamjwt
