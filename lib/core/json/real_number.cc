#include "core/json/real_number.h"

#include <charconv>
#include <string>
#include <system_error>

namespace pamjwt {

std::optional<double> RealNumber(std::string_view number) {
  std::string text(number);
  const std::size_t point = text.find_first_not_of("0123456789+-eE");
  if (point != text.npos) text[point] = '.';
  double value = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, value);
  const bool is_whole = read.ec == std::errc() && read.ptr == end;
  return is_whole ? std::optional(value) : std::nullopt;
}

}  // namespace pamjwt
