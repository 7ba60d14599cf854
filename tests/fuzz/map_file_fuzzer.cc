#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/account_name.h"
#include "core/account/map_file.h"
#include "core/base/bytes.h"
#include "core/json/json.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Takes a value in quotes from the start of `line`. Returns "" if there is no value in quotes.
std::string TakeQuoted(std::string_view& line) {
  // The value is the only prefix of the line that is a JSON string.
  for (std::size_t size = 2; size <= line.size(); ++size) {
    const Result<std::string> value = ParseJsonString(line.substr(0, size));
    if (!value.ok()) continue;
    line.remove_prefix(size);
    return line.empty() || IsBlank(line.front()) ? value.value() : "";
  }
  return "";
}

/// Returns the words of a line, the value first, or no words if the line gives no account.
std::vector<std::string> Words(std::string_view line) {
  while (!line.empty() && IsBlank(line.front())) line.remove_prefix(1);
  if (line.starts_with('#')) return {};
  std::vector<std::string> words;
  if (line.starts_with('"')) {
    words.push_back(TakeQuoted(line));
    if (words[0].empty()) return {};
  }
  words.emplace_back();
  for (const char c : line) {
    if (c == '#' && words.size() > 1 && words.back().empty()) break;
    if (!IsBlank(c)) {
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

/// Searches a map file as its documentation describes it, slowly and plainly. Returns the number of
/// the line that gives `account` to `value`, or 0.
std::size_t FindPlainly(std::string_view text, std::string_view value, std::string_view account) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::vector<std::string> words = Words(TakeLine(text));
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (!value.empty() && words[0] == value && words[i] == account) return number;
    }
  }
  return 0;
}

/// Returns the number of the line that the search finds if the file comes in two pieces, or 0.
std::size_t FindInTwoPieces(std::string_view text, std::size_t cut, std::string_view value,
                            std::string_view account) {
  MapFileSearch search({std::string(value)}, account);
  if (search.Take(text.substr(0, cut))) {
    search.Take(text.substr(cut));
  }
  const std::optional<MapLine> found = search.End();
  return found.has_value() ? found->number : 0;
}

/// Checks the remarks on a file that gives `account`, if there is one.
void CheckRemarks(std::string_view text, std::optional<std::string_view> account) {
  std::size_t errors_before = text.size() + 2;
  for (const AccountNames names : {AccountNames::kPosix, AccountNames::kAny}) {
    const std::vector<MapRemark> remarks =
        CheckMapFile(text, names, [](std::string_view name) { return name.size() % 2 == 0; });
    const auto errors = static_cast<std::size_t>(std::count_if(
        remarks.begin(), remarks.end(), [](const auto& remark) { return remark.is_error; }));
    Require(errors > 0 || !account.has_value() || IsOneOf(names, *account),
            "a name that no account can have is reported");
    Require(errors <= errors_before, "more names are allowed, so fewer are reported");
    errors_before = errors;
    for (const MapRemark& remark : remarks) {
      Require(remark.text.starts_with("line "), "a remark has a line");
    }
  }
}

/// Checks an input. Its first line is a value or a JSON string with the value, its second line an
/// account, and the rest a map file.
void Check(std::string_view text) {
  const std::string_view first = TakeLine(text);
  const Result<std::string> decoded = ParseJsonString(first);
  const std::string value = decoded.ok() ? decoded.value() : std::string(first);
  const std::string_view account = TakeLine(text);
  const std::size_t line = FindPlainly(text, value, account);
  Require(line == FindInTwoPieces(text, text.size(), value, account), "both find the same line");
  const std::size_t cut = text.empty() ? 0 : static_cast<std::uint8_t>(text.front()) % text.size();
  Require(line == FindInTwoPieces(text, cut, value, account), "wherever the file is cut");
  CheckRemarks(text, line == 0 ? std::nullopt : std::optional(account));
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
