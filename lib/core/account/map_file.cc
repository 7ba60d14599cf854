#include "core/account/map_file.h"

#include <string.h>

#include <algorithm>
#include <utility>

#include "core/account/account_name.h"

namespace pamjwt {
namespace {

constexpr std::string_view kBlanks = " \t\r";

/// Takes the next word off `line`; empty at its end.
std::string_view NextWord(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(kBlanks), line.size());
  line.remove_prefix(begin);
  const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::string_view LineAround(std::string_view text, std::size_t position) {
  const std::size_t before = text.rfind('\n', position);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', position), text.size());
  return text.substr(begin, end - begin);
}

bool LineGives(std::string_view line, std::string_view value, std::string_view account) {
  if (line.starts_with('#') || NextWord(line) != value) return false;
  for (std::string_view word = NextWord(line); !word.empty(); word = NextWord(line)) {
    if (word == account) return true;
  }
  return false;
}

/// As find() of string_view, at half the price in a long text.
std::size_t FindFrom(std::size_t from, std::string_view text, std::string_view value) {
  const auto* const hit = static_cast<const char*>(
      memmem(text.data() + from, text.size() - from, value.data(), value.size()));
  return hit == nullptr ? std::string_view::npos : static_cast<std::size_t>(hit - text.data());
}

/// Where in `lines` a value stands whose line gives it the account.
std::optional<std::size_t> FindLine(std::string_view lines, std::string_view value,
                                    std::string_view account) {
  for (std::size_t at = FindFrom(0, lines, value); at != std::string_view::npos;
       at = FindFrom(at + 1, lines, value)) {
    if (LineGives(LineAround(lines, at), value, account)) return at;
  }
  return std::nullopt;
}

}  // namespace

MapFileSearch::MapFileSearch(std::vector<std::string> values, std::string_view account, Lines lines)
    : values_(std::move(values)), account_(account), lines_(lines) {
  std::erase_if(values_, [](const std::string& value) {
    return value.empty() || value.find_first_of(" \t\r\n") != std::string::npos;
  });
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

/// Searching for the values first keeps many lines cheap; each hit is then read strictly.
void MapFileSearch::SearchLines(std::string_view lines) {
  if (found_.has_value() || lines.empty()) return;
  for (const std::string& value : values_) {
    const std::optional<std::size_t> at = FindLine(lines, value, account_);
    if (!at.has_value()) continue;
    found_ = MapLine{value, 0};
    lines = lines.substr(0, *at);
    break;
  }
  if (lines_ == Lines::kNotCounted) return;
  lines_before_ += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  if (found_.has_value()) {
    found_->number = lines_before_ + 1;
  }
}

std::vector<std::string> CheckMapFile(std::string_view text) {
  std::vector<std::string> problems;
  if (text.starts_with("\xEF\xBB\xBF")) {
    problems.emplace_back("line 1: a byte order mark, which counts as part of the value");
  }
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
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
