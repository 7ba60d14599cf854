#include "jwks-fetcher/host/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace pamjwt::fetcher {

Result<Signals> Signals::Take() {
  sigset_t taken;
  sigemptyset(&taken);
  for (const int number : {SIGHUP, SIGTERM, SIGINT}) {
    sigaddset(&taken, number);
  }
  const bool is_set =
      signal(SIGPIPE, SIG_IGN) != SIG_ERR && pthread_sigmask(SIG_BLOCK, &taken, nullptr) == 0;
  UniqueFd fd(signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!is_set || !fd.ok()) return Error{Reason::kInternal, "signals cannot be taken"};
  return Signals(std::move(fd));
}

std::optional<Signal> Signals::Next() {
  signalfd_siginfo info{};
  if (read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return info.ssi_signo == SIGHUP ? Signal::kReload : Signal::kStop;
}

}  // namespace pamjwt::fetcher
