#include "core/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pamjwt {

Utf8Character FirstUtf8Character(std::string_view text) {
  struct Form {
    std::uint8_t mask, lead;
    std::size_t bytes;
    std::uint32_t least;
  };
  constexpr std::array<Form, 4> kForms = {{{0x80, 0x00, 1, 0},
                                           {0xE0, 0xC0, 2, 0x80},
                                           {0xF0, 0xE0, 3, 0x800},
                                           {0xF8, 0xF0, 4, 0x10000}}};
  const auto lead = static_cast<std::uint8_t>(text.front());
  const auto* const form = std::find_if(kForms.begin(), kForms.end(), [&](const Form& known) {
    return (lead & known.mask) == known.lead;
  });
  if (form == kForms.end() || text.size() < form->bytes) return {};
  std::uint32_t code = lead & static_cast<std::uint8_t>(~form->mask);
  for (std::size_t i = 1; i < form->bytes; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < form->least || code > 0x10FFFF || is_surrogate) return {};
  return {code, form->bytes};
}

}  // namespace pamjwt
