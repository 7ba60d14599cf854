#include "jwks-fetcher/host/signals.h"

#include <signal.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

/// Returns 0 if the signal `number` becomes `expected` and nothing else. Runs in a child, because
/// it changes the process.
[[noreturn]] void RaiseAndExit(int number, std::optional<Signal> expected) {
  Result<Signals> signals = Signals::Take();
  if (!signals.ok()) _exit(2);
  Signals taken = std::move(signals).value();
  if (taken.Next().has_value()) _exit(3);
  kill(getpid(), number);
  if (taken.Next() != expected) _exit(4);
  _exit(taken.Next().has_value() ? 5 : 0);
}

TEST(Signals, TellWhetherToReloadOrToStop) {
  EXPECT_EXIT(RaiseAndExit(SIGHUP, Signal::kReload), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(RaiseAndExit(SIGTERM, Signal::kStop), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(RaiseAndExit(SIGINT, Signal::kStop), testing::ExitedWithCode(0), "");
}

TEST(Signals, APipeThatBreaksIsIgnored) {
  EXPECT_EXIT(RaiseAndExit(SIGPIPE, std::nullopt), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace pamjwt::fetcher
