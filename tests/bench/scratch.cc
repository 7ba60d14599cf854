#include "bench/scratch.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace pamjwt::bench {
namespace {

// This is not /tmp, which may be in memory: what the daemon writes has to reach a disk. If root
// runs the benchmark, the daemon runs as another user. The module trusts the files of that user
// only where no other user could have put them.
std::filesystem::path OnDisk() {
  const char* const chosen = getenv("TMPDIR");
  if (chosen != nullptr) return chosen;
  return getuid() == 0 ? "/var/lib" : "/var/tmp";
}

}  // namespace

Scratch::Scratch() : TempDir(OnDisk()) {
  SetMode("", 0700);
}

std::string Scratch::Write(std::string_view name, std::string_view text) const {
  return TempDir::Write(name, text, 0600);
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
