#include "core/base/log_field.h"

#include <algorithm>

namespace pamjwt {
namespace {

constexpr std::size_t kMaxValueBytes = 256;
constexpr std::string_view kHex = "0123456789abcdef";

/// Checks whether the character can stand in a value without quotes.
bool IsPlain(char c) {
  constexpr std::string_view kMarks = "._:/@+,-%~$#";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

std::string Escape(char c) {
  const auto octet = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') return {'\\', c};
  if (octet < 0x20 || octet >= 0x7F) return {'\\', 'x', kHex[octet >> 4U], kHex[octet & 0xFU]};
  return {c};
}

std::string QuoteValue(std::string_view value) {
  const bool is_short = value.size() <= kMaxValueBytes;
  if (is_short && std::all_of(value.begin(), value.end(), IsPlain)) return std::string(value);
  std::string out = "\"";
  for (const char c : value.substr(0, kMaxValueBytes)) {
    out += Escape(c);
  }
  return out + (is_short ? "\"" : "...\"");
}

}  // namespace

std::string LogField(std::string_view key, std::string_view value) {
  if (value.empty()) return "";
  return " " + std::string(key) + "=" + QuoteValue(value);
}

}  // namespace pamjwt
