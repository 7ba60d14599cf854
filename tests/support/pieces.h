#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "core/account/map_file.h"

namespace pamjwt::test {

/// Gives `take` the text in pieces of `size` bytes, until `take` returns false.
inline void GiveInPieces(std::string_view text, std::size_t size, const TakePiece& take) {
  while (!text.empty() && take(text.substr(0, size))) {
    text.remove_prefix(std::min(size, text.size()));
  }
}

}  // namespace pamjwt::test
