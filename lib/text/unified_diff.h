#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// A file before or after a change. If there is no file, the path is "/dev/null". `text` is
/// borrowed.
struct DiffSide {
  std::string path;
  std::string_view text;
};

/// Returns the differences, as `diff -u` shows them and patch(1) takes them. Empty if the
/// texts are equal. Texts that differ in more than 500 lines, removed and added ones together, are
/// shown as replaced whole.
std::string UnifiedDiff(const DiffSide& before, const DiffSide& after);

}  // namespace pamjwt
