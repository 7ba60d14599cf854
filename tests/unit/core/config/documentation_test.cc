#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/config/options.h"

namespace pamjwt {
namespace {

/// The text of a cell: without blanks around it, and without the quotes of code.
std::string CellText(std::string cell) {
  const std::size_t begin = cell.find_first_not_of(' ');
  cell =
      begin == std::string::npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') + 1 - begin);
  const bool is_code = cell.size() > 1 && cell.front() == '`' && cell.back() == '`';
  return is_code ? cell.substr(1, cell.size() - 2) : cell;
}

/// "name = default" of each row in the tables of options: | `login.leeway` | `"30s"` | meaning |
std::vector<std::string> DocumentedOptions() {
  std::ifstream file(PAMJWT_TEST_DIR "/../docs/configuration.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    const std::size_t second = line.find('|', 1);
    const std::size_t third = line.find('|', second + 1);
    if (!line.starts_with("| `") || third == std::string::npos) continue;
    const std::string name = CellText(line.substr(1, second - 1));
    const bool is_option =
        name.find('.') != std::string::npos && name.find(':') == std::string::npos;
    if (!is_option) continue;  // a table of something else, such as urls
    rows.push_back(name + " = " + CellText(line.substr(second + 1, third - second - 1)));
  }
  return rows;
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
