#include "core/account/map_file.h"

#include <string.h>

#include <algorithm>

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

}  // namespace

std::optional<std::size_t> FindInMapFile(std::string_view text, std::string_view value,
                                         std::string_view account) {
  const bool can_be_there =
      !text.empty() && !value.empty() && value.find_first_of(" \t\r\n") == std::string_view::npos;
  if (!can_be_there) return std::nullopt;
  // Searching for the value first keeps a file of many lines cheap; each hit is then read strictly.
  for (std::size_t at = FindFrom(0, text, value); at != std::string_view::npos;
       at = FindFrom(at + 1, text, value)) {
    if (LineGives(LineAround(text, at), value, account)) return at;
  }
  return std::nullopt;
}

std::size_t LineNumber(std::string_view text, std::size_t position) {
  return 1 + static_cast<std::size_t>(std::count(
                 text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
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
