#include "core/json/array_member.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";  // RFC 8259 §2

/// Returns where the text goes on behind blanks. It may be its end.
std::size_t SkipBlanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kBlanks, at), text.size());
}

/// Returns where the text goes on behind the string that begins at `at` with its quote.
std::size_t SkipString(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;  // the byte behind it is no end, even if it is a quote
  }
  return text.size();
}

/// Returns where the text goes on behind the object that begins at `at` with its brace.
std::size_t SkipObject(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    if (text[at] == '"') {
      at = SkipString(text, at);
      continue;
    }
    if (text[at] == '{' || text[at] == '[') ++depth;
    if (text[at] == '}' || text[at] == ']') --depth;
    ++at;
    if (depth == 0) return at;
  }
  return at;
}

/// Returns where the array begins with its bracket, if the text at `at` is `quoted`, a colon and an
/// array.
std::optional<std::size_t> ArrayBehind(std::string_view text, std::size_t at,
                                       std::string_view quoted) {
  if (!text.substr(at).starts_with(quoted)) return std::nullopt;
  const std::size_t colon = SkipBlanks(text, at + quoted.size());
  if (colon == text.size() || text[colon] != ':') return std::nullopt;
  const std::size_t value = SkipBlanks(text, colon + 1);
  if (value == text.size() || text[value] != '[') return std::nullopt;
  return value;
}

/// Returns where the array `name` at the top begins with its bracket.
std::optional<std::size_t> FindArray(std::string_view text, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\"";
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      const std::optional<std::size_t> array =
          depth == 1 ? ArrayBehind(text, at, quoted) : std::nullopt;
      if (array.has_value()) return array;
      at = SkipString(text, at);
      continue;
    }
    if (text[at] == '{' || text[at] == '[') ++depth;
    if (text[at] == '}' || text[at] == ']') --depth;
    ++at;
  }
  return std::nullopt;
}

}  // namespace

Result<ArrayMember> CutArrayMember(std::string_view text, std::string_view name, std::size_t most) {
  const std::optional<std::size_t> begin = FindArray(text, name);
  const auto refuse = [&](std::string why) {
    return Error{Reason::kMalformed, std::string(name) + " " + std::move(why)};
  };
  if (!begin.has_value()) return refuse("is absent, or not an array");

  ArrayMember result;
  std::size_t at = SkipBlanks(text, *begin + 1);
  while (at < text.size() && text[at] == '{') {
    if (result.elements.size() == most) {
      return refuse("has more than " + std::to_string(most) + " elements");
    }
    const std::size_t end = SkipObject(text, at);
    result.elements.push_back(text.substr(at, end - at));
    at = SkipBlanks(text, end);
    if (at == text.size() || text[at] != ',') break;
    at = SkipBlanks(text, at + 1);
    if (at == text.size() || text[at] != '{') return refuse("has an element that is not an object");
  }
  if (at == text.size() || text[at] != ']') return refuse("is not an array of objects");
  result.rest = std::string(text.substr(0, *begin)) + "[]" + std::string(text.substr(at + 1));
  return result;
}

}  // namespace pamjwt
