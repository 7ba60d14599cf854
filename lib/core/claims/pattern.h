#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Text with at most one star, which matches any number of any characters. The time to match grows
/// with the length of the text only.
class Pattern {
 public:
  /// Makes the pattern "*".
  Pattern() : Pattern("", "", true) {}

  /// Parses a pattern. Errors: kConfigInvalid if it has more than one star.
  static Result<Pattern> Parse(std::string_view text);

  /// Returns what the star matched, as a view of `text`, or nullopt if `text` does not fit. Returns
  /// "" for a pattern without a star that fits.
  [[nodiscard]] std::optional<std::string_view> Match(std::string_view text) const;

  /// Returns the text of the pattern with `replacement` in place of the star.
  [[nodiscard]] std::string Fill(std::string_view replacement) const;

  [[nodiscard]] bool has_star() const { return has_star_; }
  /// Returns whether this is "*", which matches everything.
  [[nodiscard]] bool is_bare_star() const { return has_star_ && head_.empty() && tail_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  Pattern(std::string_view head, std::string_view tail, bool has_star)
      : head_(head), tail_(tail), has_star_(has_star) {}

  std::string head_;
  std::string tail_;
  bool has_star_;
};

}  // namespace pamjwt
