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

/// The number of the line that the file, cut once, is found to have.
std::size_t FindInTwoPieces(std::string_view text, std::size_t cut, std::string_view value,
                            std::string_view account) {
  MapFileSearch search({std::string(value)}, account);
  if (search.Take(text.substr(0, cut))) {
    search.Take(text.substr(cut));
  }
  const std::optional<MapLine> found = search.End();
  return found.has_value() ? found->number : 0;
}

/// The first line is a value, the second an account, the rest a map file.
void Check(std::string_view text) {
  const std::string_view value = TakeLine(text);
  const std::string_view account = TakeLine(text);
  const std::size_t line = FindPlainly(text, value, account);
  Require(line == FindInTwoPieces(text, text.size(), value, account), "both find the same line");
  const std::size_t cut = text.empty() ? 0 : static_cast<std::uint8_t>(text.front()) % text.size();
  Require(line == FindInTwoPieces(text, cut, value, account), "wherever the file is cut");
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
