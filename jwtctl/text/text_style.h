#pragma once

#include <string>
#include <string_view>

namespace pamjwt::ctl {

enum class Colour { kGreen, kRed, kBold, kFaint };

/// How text for people may look where it goes.
struct TextStyle {
  bool is_coloured = false;
  bool is_utf8 = false;

  /// Of standard output: colours on a terminal, unless NO_COLOR is set or TERM is dumb; marks
  /// beyond ASCII on a terminal whose locale is UTF-8.
  static TextStyle OfStandardOutput();

  [[nodiscard]] std::string Paint(Colour colour, std::string_view text) const;
  /// A mark for what holds or does not, three columns wide.
  [[nodiscard]] std::string Mark(bool ok) const;
};

}  // namespace pamjwt::ctl
