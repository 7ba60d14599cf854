#pragma once

#include <string>
#include <string_view>

namespace pamjwt::ctl {

/// A file before and after a change; its path, or "/dev/null" where there is none.
struct DiffSide {
  std::string path;
  std::string_view text;
};

/// What differs, as `diff -u` shows it and patch(1) takes it; empty if nothing does. What differs
/// in more than a few hundred lines is shown as replaced whole.
std::string UnifiedDiff(const DiffSide& before, const DiffSide& after);

}  // namespace pamjwt::ctl
