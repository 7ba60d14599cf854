#include "core/base/ascii.h"

namespace pamjwt {

std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = ToLowerAscii(c);
  }
  return lower;
}

}  // namespace pamjwt
