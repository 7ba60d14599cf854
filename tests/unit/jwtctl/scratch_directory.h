#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace pamjwt::ctl {

/// A directory of its own for one test, gone with it.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "jwtctl-test.XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ / name; }

  /// Writes a file that only its owner may write, and returns its path.
  std::string Write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all);
    std::ofstream(path, std::ios::binary) << text;
    if (chmod(path.c_str(), mode) != 0) throw std::runtime_error("chmod");
    return path;
  }

  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path_ / name, std::ios::binary).rdbuf();
    return text.str();
  }

  [[nodiscard]] mode_t Mode(const std::string& name) const {
    struct stat status {};
    if (lstat((path_ / name).c_str(), &status) != 0) throw std::runtime_error(name + " is absent");
    return status.st_mode & 07777U;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace pamjwt::ctl
