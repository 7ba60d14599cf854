#pragma once

#include <cstdio>
#include <cstdlib>

namespace pamjwt::test {

/// Aborts with a message if the property does not hold. It must hold for every input.
inline void Require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

}  // namespace pamjwt::test
