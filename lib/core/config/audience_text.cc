#include "core/config/audience_text.h"

#include <cstddef>

namespace pamjwt {

bool NamesHost(std::string_view audience) {
  for (std::size_t i = audience.find('%'); i != std::string_view::npos;
       i = audience.find('%', i + 2)) {
    if (audience[i + 1] == 'h') return true;
  }
  return false;
}

std::string FillInAudience(std::string_view audience, std::string_view host) {
  std::string out;
  for (std::size_t i = 0; i < audience.size(); ++i) {
    if (audience[i] != '%') {
      out += audience[i];
      continue;
    }
    ++i;
    out += audience[i] == 'h' ? host : "%";
  }
  return out;
}

}  // namespace pamjwt
