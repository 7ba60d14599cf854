#include "core/account/map_line.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/json/json.h"

namespace pamjwt {
namespace {

Error BadLine(const char* why) {
  return {Reason::kMapUnusable, why};
}

void SkipBlanks(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kMapBlanks), line.size()));
}

/// Does a comment begin here?
bool IsComment(std::string_view text) {
  return text.starts_with('#');
}

/// Takes the next word off `line`; empty at its end.
std::string_view NextWord(std::string_view& line) {
  SkipBlanks(line);
  const std::string_view word = line.substr(0, line.find_first_of(kMapBlanks));
  line.remove_prefix(word.size());
  return word;
}

/// The quoted text that `line` begins with, or none if it does not end.
std::optional<std::string_view> QuotedText(std::string_view line) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      return line.substr(0, i + 1);
    }
  }
  return std::nullopt;
}

/// Takes a value in quotes off `line`.
Result<std::string> NextQuoted(std::string_view& line) {
  const std::optional<std::string_view> quoted = QuotedText(line);
  if (!quoted.has_value())
    return BadLine("a value that begins with a quote has no quote at its end");
  line.remove_prefix(quoted->size());
  if (!line.empty() && kMapBlanks.find(line.front()) == std::string_view::npos) {
    return BadLine("no blank behind the value in quotes");
  }
  Result<std::string> value = ParseJsonString(*quoted);
  if (!value.ok()) return BadLine("the value in quotes is no JSON string");
  if (value.value().empty()) return BadLine("the value in quotes is empty");
  return value;
}

}  // namespace

Result<std::optional<MapEntry>> ReadMapLine(std::string_view line) {
  SkipBlanks(line);
  if (line.empty() || IsComment(line)) return std::optional<MapEntry>();
  MapEntry entry;
  entry.is_quoted = line.front() == '"';
  if (entry.is_quoted) {
    Result<std::string> value = NextQuoted(line);
    if (!value.ok()) return std::move(value).error();
    entry.value = std::move(value).value();
  } else {
    entry.value = NextWord(line);
  }
  for (std::string_view word = NextWord(line); !word.empty() && !IsComment(word);
       word = NextWord(line)) {
    entry.accounts.push_back(word);
  }
  return std::optional(std::move(entry));
}

}  // namespace pamjwt
