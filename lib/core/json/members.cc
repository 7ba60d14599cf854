#include "core/json/members.h"

namespace pamjwt {

std::string TextMember(const Json& object, std::string_view name) {
  const Json* const value = object.Find(name);
  return value == nullptr || value->AsString() == nullptr ? "" : *value->AsString();
}

std::optional<std::int64_t> IntegerMember(const Json& object, std::string_view name) {
  const Json* const value = object.Find(name);
  if (value == nullptr || value->AsInt() == nullptr) return std::nullopt;
  return *value->AsInt();
}

}  // namespace pamjwt
