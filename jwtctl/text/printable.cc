#include "jwtctl/text/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/json/json.h"

namespace pamjwt::ctl {
namespace {

struct Character {
  std::uint32_t code = kBroken;
  std::size_t bytes = 1;

  static constexpr std::uint32_t kBroken = 0xFFFD;
};

/// Returns the first character of `text`, which is not empty (RFC 3629 §3 and §4).
Character FirstCharacter(std::string_view text) {
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

bool IsPlain(std::uint32_t code) {
  struct Range {
    std::uint32_t first, last;
  };
  // C0, DEL and C1; a mark of direction; widths of zero, marks of direction, line separators,
  // embeddings and isolates; the byte order mark; the replacement of bytes that are not UTF-8.
  constexpr std::array<Range, 8> kSpecial = {{{0x00, 0x1F},
                                              {0x7F, 0x9F},
                                              {0x61C, 0x61C},
                                              {0x200B, 0x200F},
                                              {0x2028, 0x202E},
                                              {0x2060, 0x206F},
                                              {0xFEFF, 0xFEFF},
                                              {0xFFFD, 0xFFFD}}};
  return std::none_of(kSpecial.begin(), kSpecial.end(), [&](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

std::string Escaped(std::uint32_t code) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) {
    text += kHex[(code >> shift) & 0xFU];
  }
  return text;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (IsPlain(character.code)) {
      out += text.substr(0, character.bytes);
    } else {
      out += Escaped(character.code);
    }
    text.remove_prefix(character.bytes);
  }
  return out;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (character.code == Character::kBroken && character.bytes == 1) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::string QuotePrintable(std::string_view text) {
  return Printable(QuoteJson(text));
}

}  // namespace pamjwt::ctl
