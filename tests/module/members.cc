#include "module/members.h"

#include <algorithm>

#include "core/json/json.h"

namespace pamjwt::test {

Members& Members::Set(std::string_view name, std::string_view value) {
  for (auto& [known, text] : list_) {
    if (known != name) continue;
    text = value;
    return *this;
  }
  list_.emplace_back(name, value);
  return *this;
}

Members& Members::Remove(std::string_view name) {
  std::erase_if(list_, [&](const auto& member) { return member.first == name; });
  return *this;
}

std::string Members::ToJson() const {
  std::string object = "{";
  for (const auto& [name, value] : list_) {
    object += (object.size() > 1 ? "," : "") + QuoteJson(name) + ":" + value;
  }
  return object + "}";
}

std::string Members::ToToml() const {
  std::string table;
  for (const auto& [name, value] : list_) {
    table.append(name).append(" = ").append(value).append("\n");
  }
  return table;
}

}  // namespace pamjwt::test
