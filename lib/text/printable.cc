#include "text/printable.h"

#include <algorithm>
#include <array>

#include "core/base/utf8.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

bool IsPlain(char32_t code) {
  struct Range {
    char32_t first, last;
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

std::string Escaped(char32_t code) {
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
    const Utf8Character character = FirstUtf8Character(text);
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
    const Utf8Character character = FirstUtf8Character(text);
    if (character.is_broken()) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::string QuotePrintable(std::string_view text) {
  return Printable(QuoteJson(text));
}

}  // namespace pamjwt
