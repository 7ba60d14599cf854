#include "core/account/map_file.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "core/account/map_line.h"

namespace pamjwt {
namespace {

bool IsBlank(char c) {
  return std::ranges::any_of(kMapBlanks, [c](char blank) { return c == blank; });
}

/// Checks whether `line` begins with `word`. Looks at the end of the word first, which differs more
/// often than its beginning.
bool IsFirstWord(std::string_view word, std::string_view line) {
  if (line.size() <= word.size()) return line == word;
  return IsBlank(line[word.size()]) && line.starts_with(word);
}

/// Checks whether a line can have this value without quotes.
bool IsWord(std::string_view value) {
  return value.find_first_of(kMapBlanks) == std::string_view::npos && !value.starts_with('#') &&
         !value.starts_with('"') && value.find('\n') == std::string_view::npos;
}

}  // namespace

MapFileSearch::MapFileSearch(std::vector<std::string> values, std::string_view account)
    : values_(std::move(values)), account_(account) {
  std::erase(values_, "");
  std::ranges::copy_if(values_, std::back_inserter(words_), IsWord);
  begins_.set(static_cast<unsigned char>('"'));
  for (const char blank : kMapBlanks) {
    begins_.set(static_cast<unsigned char>(blank));
  }
  for (const std::string& word : words_) {
    begins_.set(static_cast<unsigned char>(word.front()));
  }
}

bool MapFileSearch::Take(std::string_view piece) {
  if (found_.has_value()) return false;
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
  const std::size_t whole = piece.rfind('\n') + 1;  // 0 if there is no newline
  SearchLines(piece.substr(0, whole));
  begun_ = piece.substr(whole);
  return !found_.has_value();
}

std::optional<MapLine> MapFileSearch::End() {
  SearchLines(begun_);
  begun_.clear();
  return found_;
}

/// Searches whole lines. A file can have very many, and almost all of them are done with after
/// their first byte. A function that takes a line off the text would cost a fifth more.
void MapFileSearch::SearchLines(std::string_view lines) {
  const char* const end = lines.data() + lines.size();
  for (const char* begin = lines.data(); begin != end && !found_.has_value();) {
    const auto rest = static_cast<std::size_t>(end - begin);
    const auto* const newline = static_cast<const char*>(std::memchr(begin, '\n', rest));
    const std::size_t size = newline == nullptr ? rest : static_cast<std::size_t>(newline - begin);
    ++number_;
    if (begins_[static_cast<unsigned char>(*begin)]) {
      Read({begin, size});
    }
    begin += newline == nullptr ? size : size + 1;
  }
}

void MapFileSearch::Read(std::string_view line) {
  while (!line.empty() && IsBlank(line.front())) {
    line.remove_prefix(1);
  }
  if (!MayHaveValue(line)) return;
  const Result<std::optional<MapEntry>> read = ReadMapLine(line);
  if (!read.ok() || !read.value().has_value()) return;
  const MapEntry& entry = *read.value();
  const bool has_value = std::ranges::find(values_, entry.value) != values_.end();
  if (has_value && std::ranges::find(entry.accounts, account_) != entry.accounts.end()) {
    found_ = MapLine{entry.value, number_};
  }
}

/// Returns true for each line that has one of the values, and for few other lines. Costs less than
/// ReadMapLine.
bool MapFileSearch::MayHaveValue(std::string_view line) const {
  if (line.starts_with('"')) return MayHaveQuoted(line.substr(1));
  for (const std::string& word : words_) {
    if (IsFirstWord(word, line)) return true;
  }
  return false;
}

/// Does the same as MayHaveValue for a value in quotes. `line` begins behind the first quote.
bool MapFileSearch::MayHaveQuoted(std::string_view line) const {
  const std::size_t escape = line.find('\\');
  return std::ranges::any_of(values_, [&](const std::string& value) {
    if (escape <= value.size()) return value.starts_with(line.substr(0, escape));
    return line.size() > value.size() && line[value.size()] == '"' && line.starts_with(value);
  });
}

}  // namespace pamjwt
