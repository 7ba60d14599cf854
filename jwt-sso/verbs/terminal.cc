#include "jwt-sso/verbs/terminal.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

#include "core/base/ascii.h"
#include "io/write_all.h"
#include "text/text_lines.h"

namespace pamjwt::sso {
namespace {

bool IsNull(int fd) {
  constexpr unsigned kMemory = 1;
  constexpr unsigned kNull = 3;
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
         status.st_rdev == makedev(kMemory, kNull);
}

}  // namespace

void Tell(std::string_view text) {
  (void)WriteAll(STDERR_FILENO, text, "to standard error");
}

Status AskToGoOn(std::string_view question) {
  if (isatty(STDIN_FILENO) != 1) {
    return Error{Reason::kConfigInvalid,
                 "standard input is not a terminal, so nobody can be asked: add --yes"};
  }
  Tell(std::string(question) + " [y/N] ");
  std::array<char, 256> line{};
  const ssize_t size = read(STDIN_FILENO, line.data(), line.size());
  const std::string_view text(line.data(), static_cast<std::size_t>(size < 0 ? 0 : size));
  const std::string answer = ToLowerAscii(WithoutEnd(text));
  if (answer == "y" || answer == "yes") return Ok();
  return Error{Reason::kConversation, "nothing was changed"};
}

bool IsSilent(bool is_quiet) {
  if (is_quiet) return true;
  const bool is_under_ssh = IsNull(STDIN_FILENO) && IsNull(STDOUT_FILENO);
  return is_under_ssh && isatty(STDERR_FILENO) == 0;
}

}  // namespace pamjwt::sso
