#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pamjwt::test {

/// Names and their values as text, in order: the members of a JSON object or the keys of a TOML
/// table. A name that is set again keeps its place.
class Members {
 public:
  Members() = default;
  Members(std::initializer_list<std::pair<std::string, std::string>> list) : list_(list) {}

  Members& Set(std::string_view name, std::string_view value);
  Members& Remove(std::string_view name);

  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] std::string ToToml() const;

 private:
  std::vector<std::pair<std::string, std::string>> list_;
};

}  // namespace pamjwt::test
