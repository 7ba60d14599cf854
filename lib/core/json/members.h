#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/json.h"

namespace pamjwt {

/// Returns the member `name`, or "" if `object` is not an object, or has no such member, or its
/// value is not a string.
std::string TextMember(const Json& object, std::string_view name);

/// Returns the member `name`, or nullopt if `object` is not an object, or has no such member, or
/// its value is not an integer.
std::optional<std::int64_t> IntegerMember(const Json& object, std::string_view name);

}  // namespace pamjwt
