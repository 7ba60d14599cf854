#include "core/claims/pattern.h"

namespace pamjwt {

Result<Pattern> Pattern::Parse(std::string_view text) {
  const std::size_t star = text.find('*');
  if (star == std::string_view::npos) return Pattern(text, "", false);
  if (text.find('*', star + 1) != std::string_view::npos) {
    return Error{Reason::kConfigInvalid, "more than one star"};
  }
  return Pattern(text.substr(0, star), text.substr(star + 1), true);
}

std::optional<std::string_view> Pattern::Match(std::string_view text) const {
  if (!has_star_) {
    return text == head_ ? std::optional<std::string_view>("") : std::nullopt;
  }
  // Head and tail must not share a character of the text.
  if (text.size() < head_.size() + tail_.size()) return std::nullopt;
  if (!text.starts_with(head_) || !text.ends_with(tail_)) return std::nullopt;
  return text.substr(head_.size(), text.size() - head_.size() - tail_.size());
}

std::string Pattern::Fill(std::string_view replacement) const {
  return has_star_ ? head_ + std::string(replacement) + tail_ : head_;
}

std::string Pattern::text() const {
  return Fill("*");
}

}  // namespace pamjwt
