#pragma once

#include <sys/types.h>

#include <functional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// Blocks SIGINT, SIGTERM and SIGHUP, so that they can be waited for. While it lives, they do not
/// end the process.
class CaughtSignals {
 public:
  CaughtSignals();
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;
  ~CaughtSignals();

  /// Returns a descriptor that becomes readable when a signal has come.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

/// Waits for an order to keep a change, for at most `patience` after the order to start the clock.
/// Returns false if the time is over, a signal comes, another order comes, or the process that
/// gives orders has gone.
bool AwaitOrderToKeep(int orders, int signals, Seconds patience);

/// A process of its own that ends a change. It keeps the change when it is told to, and otherwise
/// takes it back, also if the process that began the change was killed.
class ChangeGuard {
 public:
  /// Keeps the change, or takes it back if `keep` is false.
  using End = std::function<Status(bool keep)>;
  /// The end of the change.
  enum class Outcome { kKept, kTakenBack, kFailed };

  ChangeGuard(CaughtSignals& signals, End end) : signals_(signals), end_(std::move(end)) {}
  ChangeGuard(const ChangeGuard&) = delete;
  ChangeGuard& operator=(const ChangeGuard&) = delete;
  /// Takes the change back, unless Finish was called.
  ~ChangeGuard();

  /// Forks the guard, which waits for `patience` once the clock runs. Errors: kInternal.
  Status Start(Seconds patience);
  /// Starts the clock: the change is taken back after `patience`.
  void StartClock();
  /// Ends the change and returns how. `keep` may come too late: then the outcome is kTakenBack. If
  /// the guard was killed, this process does its work.
  Outcome Finish(bool keep);

 private:
  [[noreturn]] void Run(int orders, Seconds patience) const noexcept;
  Outcome FinishAlone(bool keep) const;

  CaughtSignals& signals_;
  End end_;
  UniqueFd orders_;
  pid_t pid_ = -1;
};

}  // namespace pamjwt::ctl
