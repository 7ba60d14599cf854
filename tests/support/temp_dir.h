#pragma once

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pamjwt::test {

/// A directory of its own for a test, gone at its end: mode 0755, of the user who runs the tests.
class TempDir {
 public:
  TempDir() : TempDir(std::filesystem::temp_directory_path()) {}
  /// Below this one.
  explicit TempDir(const std::filesystem::path& above) {
    path_ = (std::filesystem::canonical(above) / "pam_jwt.XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
    SetMode("", 0755);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  /// The path of `name` in it; "": its own.
  [[nodiscard]] std::string Path(const std::string& name = "") const {
    return name.empty() ? path_ : path_ + "/" + name;
  }

  /// Writes a file, and the directories that it needs, of mode 0755.
  std::string Write(const std::string& name, std::string_view text, mode_t mode = 0644) const {
    const std::string path = Path(name);
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      MakeDirectory(name.substr(0, slash));
    }
    std::ofstream(path, std::ios::binary) << text;
    SetMode(name, mode);
    return path;
  }

  /// What a file has in it; "" if it is not there.
  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(Path(name), std::ios::binary).rdbuf();
    return text.str();
  }

  std::string MakeDirectory(const std::string& name, mode_t mode = 0755) const {
    std::filesystem::create_directory(Path(name));
    SetMode(name, mode);
    return Path(name);
  }

  void SetMode(const std::string& name, mode_t mode) const {
    if (chmod(Path(name).c_str(), mode) != 0) throw std::runtime_error("chmod " + Path(name));
  }

  /// Of the file itself, also if it is a link.
  [[nodiscard]] mode_t Mode(const std::string& name) const {
    struct stat status {};
    if (lstat(Path(name).c_str(), &status) != 0) throw std::runtime_error("lstat " + Path(name));
    return status.st_mode & 07777U;
  }

 private:
  std::string path_;
};

/// A directory for TempDir: for root, one that nobody else may write, as /tmp is not.
inline std::filesystem::path UnsharedPlace() {
  return geteuid() == 0 ? "/run" : std::filesystem::temp_directory_path();
}

}  // namespace pamjwt::test
