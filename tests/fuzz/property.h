#pragma once

#include <cstdio>
#include <cstdlib>

namespace pamjwt::test {

/// A property that must hold for every input; where it does not, the fuzzer has found something.
inline void Require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

}  // namespace pamjwt::test
