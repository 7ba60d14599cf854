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

/// Checks whether `text` begins with a comment.
bool IsComment(std::string_view text) {
  return text.starts_with('#');
}

/// Returns the quoted text that `line` begins with, or nullopt if it does not end.
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

/// Takes a line apart from its beginning.
class LineCursor {
 public:
  explicit LineCursor(std::string_view line) : rest_(line) { SkipBlanks(); }

  /// Returns the part of the line that has not been taken yet. It does not begin with a blank.
  [[nodiscard]] std::string_view rest() const { return rest_; }

  /// Takes the next word, which is empty at the end of the line.
  std::string_view TakeWord() {
    return Take(std::min(rest_.find_first_of(kMapBlanks), rest_.size()));
  }

  /// Takes a value in quotes.
  Result<std::string> TakeQuoted() {
    const std::optional<std::string_view> quoted = QuotedText(rest_);
    if (!quoted.has_value()) {
      return BadLine("a value that begins with a quote has no quote at its end");
    }
    const std::string_view behind = rest_.substr(quoted->size());
    if (!behind.empty() && kMapBlanks.find(behind.front()) == std::string_view::npos) {
      return BadLine("a blank must stand behind the value in quotes");
    }
    Result<std::string> value = ParseJsonString(Take(quoted->size()));
    if (!value.ok()) return BadLine("the value in quotes is not a JSON string");
    if (value.value().empty()) return BadLine("the value in quotes is empty");
    return value;
  }

 private:
  void SkipBlanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kMapBlanks), rest_.size()));
  }

  std::string_view Take(std::size_t bytes) {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    SkipBlanks();
    return taken;
  }

  std::string_view rest_;
};

}  // namespace

Result<std::optional<MapEntry>> ReadMapLine(std::string_view line) {
  LineCursor cursor(line);
  if (cursor.rest().empty() || IsComment(cursor.rest())) return std::optional<MapEntry>();
  MapEntry entry;
  entry.is_quoted = cursor.rest().front() == '"';
  if (entry.is_quoted) {
    Result<std::string> value = cursor.TakeQuoted();
    if (!value.ok()) return std::move(value).error();
    entry.value = std::move(value).value();
  } else {
    entry.value = cursor.TakeWord();
  }
  while (!cursor.rest().empty() && !IsComment(cursor.rest())) {
    entry.accounts.push_back(cursor.TakeWord());
  }
  return std::optional(std::move(entry));
}

}  // namespace pamjwt
