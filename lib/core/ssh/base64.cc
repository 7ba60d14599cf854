#include "core/ssh/base64.h"

#include "core/jose/base64url.h"

namespace pamjwt {

std::optional<SecretString> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
    text.remove_suffix(1);
  }
  // The two alphabets differ in the last two letters alone (RFC 4648 §5).
  SecretString url_safe;
  char* to = url_safe.Extend(text.size());
  for (const char letter : text) {
    *to++ = letter == '+' ? '-' : letter == '/' ? '_' : letter;
  }
  return DecodeBase64Url(url_safe.view());
}

std::string EncodeBase64(ByteView bytes) {
  std::string text = EncodeBase64Url(bytes);
  for (char& letter : text) {
    letter = letter == '-' ? '+' : letter == '_' ? '/' : letter;
  }
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

}  // namespace pamjwt
