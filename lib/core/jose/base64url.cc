#include "core/jose/base64url.h"

#include <array>

namespace pamjwt {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kInvalid = 0xFF;

constexpr std::array<std::uint8_t, 256> MakeReverseAlphabet() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}
constexpr std::array<std::uint8_t, 256> kValue = MakeReverseAlphabet();

}  // namespace

std::optional<SecretString> DecodeBase64Url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  SecretString out;
  out.Reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = kValue[static_cast<std::uint8_t>(c)];
    if (value == kInvalid) return std::nullopt;
    bits = (bits << 6U) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.Append(static_cast<char>(static_cast<std::uint8_t>(bits >> count)));
  }
  const std::uint32_t unused = bits & ((1U << count) - 1U);
  if (unused != 0) return std::nullopt;
  return out;
}

std::string EncodeBase64Url(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::uint8_t octet : bytes) {
    bits = (bits << 8U) | octet;
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += kAlphabet[(bits >> count) & 0x3FU];
    }
  }
  if (count > 0) {
    out += kAlphabet[(bits << (6U - count)) & 0x3FU];
  }
  return out;
}

}  // namespace pamjwt
