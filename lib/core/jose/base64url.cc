#include "core/jose/base64url.h"

#include <array>

namespace pamjwt {
namespace {

constexpr std::uint8_t kInvalid = 0xC0;  // has bits that no value has

constexpr std::array<std::uint8_t, 256> MakeReverseAlphabet() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kInvalid);
  for (std::size_t i = 0; i < kBase64UrlAlphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(kBase64UrlAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}
constexpr std::array<std::uint8_t, 256> kValue = MakeReverseAlphabet();

/// Takes letters off a text, six bits of each, and remembers whether all were in the alphabet.
class Letters {
 public:
  explicit Letters(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t left() const { return text_.size(); }
  [[nodiscard]] bool are_valid() const { return (seen_ & kInvalid) == 0; }

  std::uint32_t Take() {
    const std::uint8_t value = kValue[static_cast<std::uint8_t>(text_.front())];
    text_.remove_prefix(1);
    seen_ |= value;
    return value;
  }
  std::uint32_t TakeTwo() {
    const std::uint32_t first = Take();
    return first << 6U | Take();
  }

 private:
  std::string_view text_;
  std::uint8_t seen_ = 0;
};

char LowByte(std::uint32_t bits) {
  return static_cast<char>(static_cast<std::uint8_t>(bits));
}

}  // namespace

std::optional<SecretString> DecodeBase64Url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  SecretString out;
  char* to = out.Extend(text.size() * 3 / 4);
  Letters letters(text);
  while (letters.left() >= 4) {
    const std::uint32_t first = letters.TakeTwo();
    const std::uint32_t bits = first << 12U | letters.TakeTwo();
    *to++ = LowByte(bits >> 16U);
    *to++ = LowByte(bits >> 8U);
    *to++ = LowByte(bits);
  }
  std::uint32_t unused = 0;
  if (letters.left() == 2) {
    const std::uint32_t bits = letters.TakeTwo();
    *to++ = LowByte(bits >> 4U);
    unused = bits & 0xFU;
  } else if (letters.left() == 3) {
    const std::uint32_t first = letters.TakeTwo();
    const std::uint32_t bits = first << 6U | letters.Take();
    *to++ = LowByte(bits >> 10U);
    *to++ = LowByte(bits >> 2U);
    unused = bits & 0x3U;
  }
  if (!letters.are_valid() || unused != 0) return std::nullopt;
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
      out += kBase64UrlAlphabet[(bits >> count) & 0x3FU];
    }
  }
  if (count > 0) {
    out += kBase64UrlAlphabet[(bits << (6U - count)) & 0x3FU];
  }
  return out;
}

}  // namespace pamjwt
