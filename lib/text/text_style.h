#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// The colours and weights of text for people.
enum class Colour { kGreen, kRed, kBold, kFaint };

/// The abilities of the terminal or file that a text for people is written to.
struct TextStyle {
  bool is_coloured = false;
  bool is_utf8 = false;

  /// Returns the style of standard output. Colours are for a terminal, unless NO_COLOR is set or
  /// TERM is dumb. Marks beyond ASCII are for a terminal whose locale is UTF-8. On a terminal, sets
  /// LC_CTYPE of this process from the environment.
  static TextStyle OfStandardOutput();

  /// Returns `text` in this colour, or as it is if the style has no colours.
  [[nodiscard]] std::string Paint(Colour colour, std::string_view text) const;
  /// Returns a mark for a condition that holds or does not, three columns wide.
  [[nodiscard]] std::string Mark(bool ok) const;
};

}  // namespace pamjwt
