#include "jwt-sso/flow/signal_hold.h"

namespace pamjwt::sso {

SignalHold SignalHold::Begin() {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP}) {
    sigaddset(&held, signal);
  }
  SignalHold hold;
  sigset_t before;
  if (pthread_sigmask(SIG_BLOCK, &held, &before) == 0) hold.before_ = before;
  return hold;
}

SignalHold& SignalHold::operator=(SignalHold&& other) noexcept {
  if (this != &other) {
    End();
    before_ = std::exchange(other.before_, std::nullopt);
  }
  return *this;
}

void SignalHold::End() noexcept {
  if (before_.has_value()) pthread_sigmask(SIG_SETMASK, &*before_, nullptr);
  before_.reset();
}

}  // namespace pamjwt::sso
