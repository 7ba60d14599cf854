#include "core/config/stray_byte.h"

#include <algorithm>

namespace pamjwt {
namespace {

/// Returns the length of the comment or string at the beginning of `text`, with its delimiters, or
/// 0 if there is neither. If a string is not closed, this is the length up to the end of its line,
/// or, if it may have several lines, of the text. The parser refuses it.
std::size_t SpanBytes(std::string_view text) {
  if (text.starts_with('#')) return std::min(text.find('\n'), text.size());
  if (!text.starts_with('"') && !text.starts_with('\'')) return 0;
  const char quote = text.front();
  const bool is_long = text.starts_with(quote == '"' ? R"(""")" : "'''");
  const std::string_view end = text.substr(0, is_long ? 3 : 1);
  std::size_t at = end.size();
  while (at < text.size() && !text.substr(at).starts_with(end)) {
    if (!is_long && text[at] == '\n') return at;
    at += quote == '"' && text[at] == '\\' ? 2 : 1;
  }
  return std::min(at + end.size(), text.size());
}

std::uint32_t CountLines(std::string_view text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::uint32_t FindStrayByte(std::string_view toml) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(toml.begin(), toml.end(), is_ascii)) return 0;  // nearly always
  for (std::size_t at = 0; at < toml.size();) {
    const std::size_t span = SpanBytes(toml.substr(at));
    if (span == 0 && static_cast<unsigned char>(toml[at]) >= 0x80) {
      return 1 + CountLines(toml.substr(0, at));
    }
    at += std::max<std::size_t>(span, 1);
  }
  return 0;
}

}  // namespace pamjwt
