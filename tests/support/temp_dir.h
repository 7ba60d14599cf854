#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace pamjwt::test {

/// A directory for the files of one test, which removes it at its end. It has mode 0755 and belongs
/// to the user who runs the tests. A function that fails throws.
class TempDir {
 public:
  TempDir() : TempDir(std::filesystem::temp_directory_path()) {}
  /// Makes the directory in `above`, and resolves the links on the way to it.
  explicit TempDir(const std::filesystem::path& above);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  /// Returns the path of `name` in the directory, or of the directory itself.
  [[nodiscard]] std::string Path(std::string_view name = "") const;

  /// Writes a file and makes the directories on the way that are absent. Returns the path of the
  /// file.
  std::string Write(std::string_view name, std::string_view text, mode_t mode = 0644) const;

  /// Returns the text of a file, or "" if it is absent or not a file.
  [[nodiscard]] std::string Read(std::string_view name) const;

  /// Makes a directory, unless it is there, and sets its mode. Returns its path.
  std::string MakeDirectory(std::string_view name, mode_t mode = 0755) const;

  /// Removes a file, or a directory with all that it holds.
  void Remove(std::string_view name) const;

  void SetMode(std::string_view name, mode_t mode) const;

  /// Returns the mode of a file, or of the link itself if `name` is a link.
  [[nodiscard]] mode_t Mode(std::string_view name) const;

 private:
  std::string path_;
};

/// Returns a place for a TempDir: one that only root may write if root runs the tests, else the
/// place of temporary files.
std::filesystem::path UnsharedPlace();

}  // namespace pamjwt::test
