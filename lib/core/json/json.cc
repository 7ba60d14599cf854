#include "core/json/json.h"

#include <array>

namespace pamjwt {

const Json* Json::Find(std::string_view name) const {
  const JsonObject* const object = AsObject();
  if (object == nullptr) return nullptr;
  for (const JsonMember& member : *object) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

std::string_view Json::TypeName() const {
  constexpr std::array<std::string_view, 7> kNames = {"null",   "boolean", "number", "number",
                                                      "string", "array",   "object"};
  static_assert(kNames.size() == std::variant_size_v<Value>);
  return kNames[value_.index()];
}

}  // namespace pamjwt
