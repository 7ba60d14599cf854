#include "core/account/map_file.h"

#include <algorithm>
#include <utility>

#include "core/account/account_name.h"

namespace pamjwt {
namespace {

constexpr std::string_view kBlanks = " \t\r";

bool IsBlank(char c) {
  return std::ranges::any_of(kBlanks, [c](char blank) { return c == blank; });
}

/// Takes the next line off `text`, without its newline.
std::string_view NextLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void SkipBlanks(std::string_view& line) {
  while (!line.empty() && IsBlank(line.front())) {
    line.remove_prefix(1);
  }
}

/// Takes the next word off `line`; empty at its end.
std::string_view NextWord(std::string_view& line) {
  SkipBlanks(line);
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

/// Looks at the end of the word first: lines that begin alike seldom end it alike.
bool IsFirstWord(std::string_view word, std::string_view line) {
  if (line.size() <= word.size()) return line == word;
  return IsBlank(line[word.size()]) && line.starts_with(word);
}

bool HasWord(std::string_view line, std::string_view wanted) {
  for (std::string_view word = NextWord(line); !word.empty(); word = NextWord(line)) {
    if (word == wanted) return true;
  }
  return false;
}

}  // namespace

MapFileSearch::MapFileSearch(std::vector<std::string> values, std::string_view account)
    : values_(std::move(values)), account_(account) {
  std::erase_if(values_, [](const std::string& value) {
    return value.empty() || value.find_first_of(" \t\r\n") != std::string::npos;
  });
  for (const char blank : kBlanks) {
    begins_.set(static_cast<unsigned char>(blank));
  }
  for (const std::string& value : values_) {
    begins_.set(static_cast<unsigned char>(value.front()));
  }
}

bool MapFileSearch::Take(std::string_view piece) {
  const std::size_t first = piece.find('\n');
  if (first == std::string_view::npos) {
    begun_ += piece;
    return !found_.has_value();
  }
  if (!begun_.empty()) {
    begun_ += piece.substr(0, first + 1);
    piece.remove_prefix(first + 1);
    SearchLines(begun_);
  }
  const std::size_t whole = piece.rfind('\n') + 1;  // 0 if there is none
  SearchLines(piece.substr(0, whole));
  begun_ = piece.substr(whole);
  return !found_.has_value();
}

std::optional<MapLine> MapFileSearch::End() {
  SearchLines(begun_);
  begun_.clear();
  return found_;
}

/// There may be many lines, and almost none is wanted: most are done with after their first letter,
/// and NextLine would cost a fifth more.
void MapFileSearch::SearchLines(std::string_view lines) {
  for (std::size_t begin = 0; begin < lines.size() && !found_.has_value();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    ++number_;
    if (begins_[static_cast<unsigned char>(lines[begin])]) {
      Read({lines.data() + begin, end - begin});
    }
    begin = end + 1;
  }
}

void MapFileSearch::Read(std::string_view line) {
  if (line.starts_with('#')) return;
  SkipBlanks(line);
  for (const std::string& value : values_) {
    if (!IsFirstWord(value, line)) continue;
    line.remove_prefix(value.size());
    if (HasWord(line, account_)) {
      found_ = MapLine{value, number_};
    }
    return;
  }
}

std::vector<std::string> CheckMapFile(std::string_view text) {
  std::vector<std::string> problems;
  if (text.starts_with("\xEF\xBB\xBF")) {
    problems.emplace_back("line 1: a byte order mark, which counts as part of the value");
  }
  std::size_t number = 0;
  while (!text.empty()) {
    std::string_view line = NextLine(text);
    ++number;
    if (line.starts_with('#') || NextWord(line).empty()) continue;
    std::string_view word = NextWord(line);
    if (word.empty()) {
      problems.push_back("line " + std::to_string(number) + ": a value without an account");
    }
    for (; !word.empty(); word = NextWord(line)) {
      if (!IsAccountName(word)) {
        problems.push_back("line " + std::to_string(number) +
                           ": no name of an account: " + std::string(word));
      }
    }
  }
  return problems;
}

}  // namespace pamjwt
