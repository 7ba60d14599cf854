#include "sshd-keys/host/hardening.h"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pamjwt::keys {

void ForbidCoreDumps() {
  constexpr rlimit kNoCore{0, 0};
  setrlimit(RLIMIT_CORE, &kNoCore);
  // A kernel that pipes core dumps into a program does not ask the limit (core(5)). The programs of
  // --also get this flag back when they are executed, but keep the limit.
  prctl(PR_SET_DUMPABLE, 0);
}

std::vector<std::string> TakeWords(std::span<char*> argv) {
  if (argv.empty()) return {};
  const std::span<char*> words = argv.subspan(1);
  std::vector<std::string> taken(words.begin(), words.end());
  for (char* const word : words) {
    explicit_bzero(word, strlen(word));
  }
  return taken;
}

Status SilenceStreams() {
  int null = open("/dev/null", O_RDWR);
  while (null >= 0 && null < STDERR_FILENO) {
    null = dup(null);
  }
  const bool is_silent =
      null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0;
  if (null > STDERR_FILENO) {
    close(null);
  }
  if (!is_silent) return Error{Reason::kInternal, "/dev/null cannot be opened"};
  return Ok();
}

}  // namespace pamjwt::keys
