#include "jwt-sso/net/hardening.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/standard_streams.h"

namespace pamjwt::sso {

void HardenProcess() {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  KeepStandardStreams();
  // Linux before 5.11 does not know the flag (CLOSE_RANGE_CLOEXEC, not in all headers).
  constexpr unsigned kCloseOnExec = 4;
  syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, kCloseOnExec);
  signal(SIGPIPE, SIG_IGN);
  unsetenv("SSLKEYLOGFILE");  // in which libcurl would write the keys of each connection
}

}  // namespace pamjwt::sso
