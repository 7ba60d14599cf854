#include "core/ssh/key_line.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/ssh/base64.h"

namespace pamjwt {
namespace {

constexpr std::string_view kBlanks = " \t";

Error Malformed(std::string why) {
  return {Reason::kCertificateMalformed, std::move(why)};
}

struct Words {
  std::string_view first;  // "" if there is no word
  std::string_view rest;
};

Words FirstWord(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  return {text.substr(0, end), text.substr(end)};
}

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Result<SshKeyLine> ParseSshKeyLine(std::string_view line) {
  if (line.size() > kMaxSshKeyLineBytes) return Malformed("the line of a key is too long");
  line = WithoutLineEnd(line);
  if (line.find('\n') != std::string_view::npos) return Malformed("a key has one line only");
  const auto [type, rest] = FirstWord(line);
  const std::string_view base64 = FirstWord(rest).first;
  if (base64.empty()) return Malformed("a key is TYPE BASE64, as in a .pub file");
  std::optional<SecretString> blob = DecodeBase64(base64);
  if (!blob.has_value()) return Malformed("the second word of a key is not base64");
  return SshKeyLine{type, std::move(*blob)};
}

}  // namespace pamjwt
