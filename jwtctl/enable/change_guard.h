#pragma once

#include <sys/types.h>

#include <functional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// Blocks SIGINT, SIGTERM and SIGHUP, so that they can be waited for. While the object lives, these
/// signals do not end the process. Those that have come by its end are dropped.
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

/// Waits for an order to keep a change, for at most `patience` after the order to start the clock;
/// before that order, without a limit. Orders come by the socket `orders`, signals by `signals`
/// (CaughtSignals::fd). Returns false if the time is over, a signal comes, another order comes, or
/// the process that gives orders has gone.
bool AwaitOrderToKeep(int orders, int signals, Seconds patience);

/// A separate process that ends a change. It keeps the change when it is told to, and otherwise
/// takes the change back, also if the process that began the change was killed.
class ChangeGuard {
 public:
  /// Keeps the change, or takes it back if `keep` is false.
  using End = std::function<Status(bool keep)>;
  /// The end of the change. kFailed: keeping it, or taking it back, has failed.
  enum class Outcome { kKept, kTakenBack, kFailed };

  /// Takes the signals, which must outlive the guard, and what ends the change.
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
  /// the guard was killed, this process ends the change.
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
