#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pamjwt {

/// Returns the entries of a list in one text, with `separator` between them.
std::string Join(const std::vector<std::string>& list, std::string_view separator);

}  // namespace pamjwt
