#include "core/base/decimal.h"

#include <charconv>

namespace pamjwt {

std::optional<std::uint32_t> ParseDecimal(std::string_view text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  const bool is_canonical = text == "0" || !text.starts_with('0');
  if (!is_number || !is_canonical || number > most) return std::nullopt;
  return number;
}

}  // namespace pamjwt
