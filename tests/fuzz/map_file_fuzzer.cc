#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/account_name.h"
#include "core/account/map_file.h"
#include "core/base/bytes.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c != ' ' && c != '\t' && c != '\r') {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

/// What the description of the file says, word by word: slow and plain.
std::size_t FindPlainly(std::string_view text, std::string_view value, std::string_view account) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(text);
    if (line.starts_with('#')) continue;
    const std::vector<std::string> words = Words(line);
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[0] == value && words[i] == account) return number;
    }
  }
  return 0;
}

/// The first line is a value, the second an account, the rest a map file.
void Check(std::string_view text) {
  const std::string_view value = TakeLine(text);
  const std::string_view account = TakeLine(text);
  const std::optional<std::size_t> found = FindInMapFile(text, value, account);
  const std::size_t line = found.has_value() ? LineNumber(text, *found) : 0;
  Require(line == FindPlainly(text, value, account), "both readers find the same line");
  const std::vector<std::string> problems = CheckMapFile(text);
  Require(!problems.empty() || line == 0 || IsAccountName(account),
          "what is no name of an account is reported");
  for (const std::string& problem : problems) {
    Require(problem.starts_with("line "), "a problem has a line");
  }
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
