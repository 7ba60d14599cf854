#include "core/base/log_field.h"

#include <array>

namespace pamjwt {
namespace {

constexpr std::size_t kMaxValueBytes = 256;
constexpr std::string_view kHex = "0123456789abcdef";

/// The characters that can stand in a value without quotes.
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@+,-%~$#";
constexpr auto kIsPlain = [] {
  std::array<bool, 256> is_plain{};
  for (const char c : kPlain) {
    is_plain.at(static_cast<unsigned char>(c)) = true;
  }
  return is_plain;
}();

bool IsPlain(std::string_view value) {
  for (const char c : value) {
    if (!kIsPlain[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

std::string Escape(char c) {
  const auto octet = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') return {'\\', c};
  if (octet < 0x20 || octet >= 0x7F) return {'\\', 'x', kHex[octet >> 4U], kHex[octet & 0xFU]};
  return {c};
}

std::string QuoteValue(std::string_view value) {
  const bool is_short = value.size() <= kMaxValueBytes;
  if (is_short && IsPlain(value)) return std::string(value);
  std::string out = "\"";
  for (const char c : value.substr(0, kMaxValueBytes)) {
    out += Escape(c);
  }
  return out + (is_short ? "\"" : "...\"");
}

}  // namespace

std::string LogField(std::string_view key, std::string_view value) {
  if (value.empty()) return "";
  const std::string quoted = QuoteValue(value);
  std::string field;
  field.reserve(key.size() + quoted.size() + 2);
  field.append(" ").append(key).append("=").append(quoted);
  return field;
}

}  // namespace pamjwt
