#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/json.h"

namespace pamjwt {

/// Returns the string member `name` of an object, or "" if there is no such member.
std::string TextMember(const Json& object, std::string_view name);

/// Returns the integer member `name` of an object, or nullopt if there is no such member.
std::optional<std::int64_t> IntegerMember(const Json& object, std::string_view name);

}  // namespace pamjwt
