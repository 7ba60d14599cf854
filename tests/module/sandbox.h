#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace pamjwt::test {

/// A directory of its own, as an administrator would leave it: owned by who runs the test, and
/// writable by nobody else. Removed at the end. What fails throws.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string Path(std::string_view name) const;

  /// Writes a file below the directory, which may have to be made.
  void Write(std::string_view name, std::string_view text, mode_t mode = 0644) const;
  [[nodiscard]] std::string Read(std::string_view name) const;
  void MakeDirectory(std::string_view name, mode_t mode = 0755) const;
  void Remove(std::string_view name) const;

  /// The stack of a PAM service: the lines of its file.
  void WriteStack(std::string_view service, std::string_view lines) const;
  /// Where the stacks are.
  [[nodiscard]] std::string stacks() const { return Path("pam.d"); }

 private:
  std::string path_;
};

/// A line of a stack with the module under test, or with pam_probe.
std::string JwtLine(std::string_view type, std::string_view control, std::string_view options = "");
std::string ProbeLine(std::string_view type, std::string_view control, std::string_view options);

}  // namespace pamjwt::test
