#include "io/program_of.h"

#include <unistd.h>

#include <array>
#include <string_view>

#include "io/system_error.h"

namespace pamjwt {

Result<std::string> ProgramOf(pid_t pid) {
  constexpr std::string_view kReplaced = " (deleted)";  // proc(5), /proc/pid/exe
  const std::string link = "/proc/" + std::to_string(pid) + "/exe";
  std::array<char, 4096> target{};
  if (readlink(link.c_str(), target.data(), target.size() - 1) <= 0) return SystemError(link);
  std::string path(target.data());
  if (path.ends_with(kReplaced) && access(path.c_str(), X_OK) != 0) {
    path.resize(path.size() - kReplaced.size());
  }
  return path;
}

}  // namespace pamjwt
