#include "sshd-keys/host/hardening.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <string_view>

namespace pamjwt::keys {
namespace {

/// Logs that the process crashed, and ends it. syslog() must not be called in a signal handler.
void LogCrashAndExit(int /*signal*/) {
  static_assert((LOG_AUTHPRIV | LOG_ERR) == 83);
  constexpr std::string_view kLine =
      "<83>sshd-keys: pam_jwt(sshd:key): no_verdict reason=internal detail=\"crash\"";
  constexpr sockaddr_un kLog = {AF_UNIX, "/dev/log"};
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&kLog), sizeof kLog) == 0) {
    send(fd, kLine.data(), kLine.size(), MSG_NOSIGNAL);
  }
  _exit(0);
}

}  // namespace

void ForbidCoreDumps() {
  constexpr rlimit kNoCore{0, 0};
  setrlimit(RLIMIT_CORE, &kNoCore);
  // A kernel that pipes core dumps into a program does not ask the limit (core(5)). The programs of
  // --also get this flag back when they are executed, but keep the limit.
  prctl(PR_SET_DUMPABLE, 0);
}

void ExitWellOnCrashes() {
  struct sigaction action {};
  action.sa_handler = LogCrashAndExit;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    sigaction(signal, &action, nullptr);
  }
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
