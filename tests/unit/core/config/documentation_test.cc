#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/config/options.h"

namespace pamjwt {
namespace {

/// Returns the text between the first two backquotes of `text`, or "" if there are not two.
std::string Quoted(std::string_view text) {
  const std::size_t begin = text.find('`');
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin + 1, text.find('`', begin + 1) - begin - 1));
}

/// Returns "name = default" for each entry in the lists of options, whose first line is like
/// "- `login.leeway` (default `"30s"`; 0s to 5m):".
std::vector<std::string> DocumentedOptions() {
  constexpr std::string_view kDefault = "(default ";
  std::ifstream file(PAMJWT_TEST_DIR "/../docs/configuration.md");
  std::vector<std::string> options;
  for (std::string line; std::getline(file, line);) {
    const std::string name = Quoted(line);
    const bool is_option = line.starts_with("- `") && name.find('.') != std::string::npos &&
                           name.find(':') == std::string::npos;
    if (!is_option) continue;  // an entry of another list, such as urls
    const std::size_t at = line.find(kDefault);
    options.push_back(name + " = " + (at == std::string::npos ? "-" : Quoted(line.substr(at))));
  }
  return options;
}

TEST(ConfigurationDocument, HasEveryOptionInOrderWithItsDefaultAndNoOther) {
  std::vector<std::string> options;
  for (const OptionDescription& option : DescribeOptions()) {
    options.push_back(option.name + " = " +
                      (option.default_text.empty() ? "-" : option.default_text));
  }
  EXPECT_EQ(DocumentedOptions(), options);
}

}  // namespace
}  // namespace pamjwt
