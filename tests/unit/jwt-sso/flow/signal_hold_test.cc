#include "jwt-sso/flow/signal_hold.h"

#include <signal.h>

#include <utility>

#include <gtest/gtest.h>

namespace pamjwt::sso {
namespace {

bool AreHeld() {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  int held = 0;
  for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP}) {
    held += sigismember(&mask, signal);
  }
  EXPECT_TRUE(held == 0 || held == 5);
  return held == 5;
}

TEST(SignalHoldTest, HoldsTheSignalsUntilItsEnd) {
  EXPECT_FALSE(AreHeld());
  {
    const SignalHold hold = SignalHold::Begin();
    EXPECT_TRUE(AreHeld());
  }
  EXPECT_FALSE(AreHeld());
}

TEST(SignalHoldTest, KeepsHoldingWhenItIsMoved) {
  SignalHold last;
  {
    SignalHold first = SignalHold::Begin();
    last = std::move(first);
  }
  EXPECT_TRUE(AreHeld());
  SignalHold moved(std::move(last));
  EXPECT_TRUE(AreHeld());
  moved.End();
  EXPECT_FALSE(AreHeld());
}

TEST(SignalHoldTest, LetsASignalThatCameMeanwhileHaveItsEffect) {
  EXPECT_EXIT(
      {
        const SignalHold hold = SignalHold::Begin();
        raise(SIGTERM);
        const bool is_alive = AreHeld();
        if (!is_alive) _exit(1);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace pamjwt::sso
