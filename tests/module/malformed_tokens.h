#pragma once

#include <span>
#include <string>
#include <vector>

namespace pamjwt::test {

/// A kind of damage, and tokens that have it. Each has at least 128 bytes and no NUL, and must be
/// refused.
struct Damage {
  const char* name;
  std::vector<std::string> (*tokens)();
};

std::span<const Damage> Damages();

}  // namespace pamjwt::test
