#include "text/count_text.h"

namespace pamjwt {

std::string ShowCount(std::size_t count, std::string_view noun, std::string_view plural) {
  std::string text = std::to_string(count) + " ";
  if (count == 1) return text += noun;
  return plural.empty() ? (text += noun) += "s" : text += plural;
}

}  // namespace pamjwt
