#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Writes all of `text` to a descriptor. `name` says in an error what the descriptor is. Errors:
/// kInternal; a part of the text may be written then.
Status WriteAll(int fd, std::string_view text, std::string_view name);

}  // namespace pamjwt
