#include "module/sandbox.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gtest/gtest.h>

namespace pamjwt::test {
namespace {

std::string Line(std::string_view type, std::string_view control, std::string_view module,
                 std::string_view options) {
  std::string line;
  for (const std::string_view word : {type, control, module, options}) {
    line.append(word).append(" ");
  }
  return line + "\n";
}

void Require(bool worked, const std::string& what) {
  if (!worked) throw std::runtime_error("sandbox: " + what);
}

}  // namespace

Sandbox::Sandbox() {
  // The module follows no links on the way.
  std::string path = std::filesystem::canonical(testing::TempDir()) / "pam_jwt.XXXXXX";
  Require(mkdtemp(path.data()) != nullptr, "mkdtemp");
  path_ = path;
  Require(chmod(path_.c_str(), 0755) == 0, "chmod");
  MakeDirectory("pam.d");
  // libpam complains in the log where there is none.
  WriteStack("other", "auth requisite pam_deny.so\n");
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Sandbox::Path(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

void Sandbox::Write(std::string_view name, std::string_view text, mode_t mode) const {
  const std::string path = Path(name);
  {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    Require(file.good(), path);
  }
  Require(chmod(path.c_str(), mode) == 0, path);
}

std::string Sandbox::Read(std::string_view name) const {
  std::ifstream file(Path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void Sandbox::MakeDirectory(std::string_view name, mode_t mode) const {
  const std::string path = Path(name);
  std::filesystem::create_directories(path);
  Require(chmod(path.c_str(), mode) == 0, path);
}

void Sandbox::Remove(std::string_view name) const {
  std::filesystem::remove_all(Path(name));
}

void Sandbox::WriteStack(std::string_view service, std::string_view lines) const {
  Write("pam.d/" + std::string(service), lines);
}

std::string JwtLine(std::string_view type, std::string_view control, std::string_view options) {
  return Line(type, control, PAMJWT_MODULE, options);
}

std::string ProbeLine(std::string_view type, std::string_view control, std::string_view options) {
  return Line(type, control, PAMJWT_PROBE, options);
}

}  // namespace pamjwt::test
