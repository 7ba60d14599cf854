#pragma once

#include <string>
#include <string_view>

#include "support/temp_dir.h"

namespace pamjwt::test {

/// A directory as an administrator would leave it, with the stacks that libpam reads.
class Sandbox : public TempDir {
 public:
  Sandbox();

  /// Writes the stack of a PAM service: the lines of its file.
  void WriteStack(std::string_view service, std::string_view lines) const;
  /// Returns the directory of the stacks.
  [[nodiscard]] std::string stacks() const { return Path("pam.d"); }
};

/// Returns a line of a stack with the module under test.
std::string JwtLine(std::string_view type, std::string_view control, std::string_view options = "");
/// Returns a line of a stack with pam_probe.
std::string ProbeLine(std::string_view type, std::string_view control, std::string_view options);

}  // namespace pamjwt::test
