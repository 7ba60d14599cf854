#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Text with at most one star, which takes any characters, also none. It cannot be made slow.
class Pattern {
 public:
  Pattern() : Pattern("", "", true) {}  ///< "*"

  /// Errors: kConfigInvalid if there is more than one star.
  static Result<Pattern> Parse(std::string_view text);

  /// What the star took ("" for a pattern without one), or none if `text` does not fit.
  [[nodiscard]] std::optional<std::string_view> Match(std::string_view text) const;

  /// This text with `replacement` in place of the star.
  [[nodiscard]] std::string Fill(std::string_view replacement) const;

  [[nodiscard]] bool has_star() const { return has_star_; }
  /// True for "*", which takes everything.
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
