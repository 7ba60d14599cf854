#include "bench/scratch.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace pamjwt::bench {

namespace fs = std::filesystem;

Scratch::Scratch() {
  // Not /tmp, which may be memory: what the daemon writes has to reach a disk. Root's daemon runs
  // as another user, whose files the module believes only where nobody else could have put them.
  const char* const usual = getuid() == 0 ? "/var/lib" : "/var/tmp";
  const char* const parent = getenv("TMPDIR");
  std::string name = std::string(parent == nullptr ? usual : parent) + "/pam_jwt_bench.XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  directory_ = name;
}

Scratch::~Scratch() {
  fs::remove_all(directory_);
}

std::string Scratch::Path(const std::string& name) const {
  return (directory_ / name).string();
}

std::string Scratch::Read(const std::string& name) const {
  std::ifstream file(directory_ / name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Scratch::Write(const std::string& name, const std::string& text) const {
  const fs::path path = directory_ / name;
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file.good()) throw std::runtime_error("cannot write: " + path.string());
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return path.string();
}

std::string Run(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
  std::string out;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    out.append(buffer.data(), size);
  }
  return out;
}

}  // namespace pamjwt::bench
