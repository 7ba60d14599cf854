#include "support/temp_dir.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace pamjwt::test {
namespace {

void Require(bool worked, const std::string& what) {
  if (!worked) throw std::runtime_error("cannot " + what);
}

}  // namespace

TempDir::TempDir(const std::filesystem::path& above)
    : path_(std::filesystem::canonical(above) / "pam_jwt.XXXXXX") {
  Require(mkdtemp(path_.data()) != nullptr, "make " + path_);
  SetMode("", 0755);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::Path(std::string_view name) const {
  return name.empty() ? path_ : path_ + "/" + std::string(name);
}

std::string TempDir::Write(std::string_view name, std::string_view text, mode_t mode) const {
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos;
       slash = name.find('/', slash + 1)) {
    const std::string_view above = name.substr(0, slash);
    if (!std::filesystem::exists(Path(above))) MakeDirectory(above);
  }
  const std::string path = Path(name);
  {
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    Require(file.good(), "write " + path);
  }
  SetMode(name, mode);
  return path;
}

std::string TempDir::Read(std::string_view name) const {
  std::ostringstream text;
  text << std::ifstream(Path(name), std::ios::binary).rdbuf();
  return text.str();
}

std::string TempDir::MakeDirectory(std::string_view name, mode_t mode) const {
  std::filesystem::create_directories(Path(name));
  SetMode(name, mode);
  return Path(name);
}

void TempDir::Remove(std::string_view name) const {
  std::filesystem::remove_all(Path(name));
}

void TempDir::SetMode(std::string_view name, mode_t mode) const {
  Require(chmod(Path(name).c_str(), mode) == 0, "set the mode of " + Path(name));
}

mode_t TempDir::Mode(std::string_view name) const {
  struct stat status {};
  Require(lstat(Path(name).c_str(), &status) == 0, "look at " + Path(name));
  return status.st_mode & 07777U;
}

std::filesystem::path UnsharedPlace() {
  return geteuid() == 0 ? "/run" : std::filesystem::temp_directory_path();
}

}  // namespace pamjwt::test
