#include "jwt-sso/net/standard_output.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "io/system_error.h"

namespace pamjwt::sso {
namespace {

Status WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno != EINTR) return SystemError("write to standard output");
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok();
}

bool IsNull(int fd) {
  constexpr unsigned kMemory = 1;
  constexpr unsigned kNull = 3;
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
         status.st_rdev == makedev(kMemory, kNull);
}

}  // namespace

Status PrintSecretLine(const SecretString& secret) {
  Status written = WriteAll(secret.view());
  return written.ok() ? WriteAll("\n") : written;
}

bool IsSilent(bool is_quiet) {
  if (is_quiet) return true;
  const bool is_under_ssh = IsNull(STDIN_FILENO) && IsNull(STDOUT_FILENO);
  return is_under_ssh && isatty(STDERR_FILENO) == 0;
}

}  // namespace pamjwt::sso
