#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pamjwt {

/// Returns a count with its noun: "1 key", "2 keys". `plural` is for nouns that take more than an
/// "s"; it is "" for the others.
std::string ShowCount(std::size_t count, std::string_view noun, std::string_view plural = "");

}  // namespace pamjwt
