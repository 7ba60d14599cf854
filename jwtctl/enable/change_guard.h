#pragma once

#include <sys/types.h>

#include <functional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// SIGINT, SIGTERM and SIGHUP, to be waited for: none of them ends the process while this lives.
class CaughtSignals {
 public:
  CaughtSignals();
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;
  ~CaughtSignals();

  /// Becomes readable when one has come.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

/// Waits for an order to keep a change, until `patience` after the order to start the clock. Gives
/// false if that time is over, a signal comes, the order is another, or who gives orders is gone.
bool AwaitOrderToKeep(int orders, int signals, Seconds patience);

/// A process of its own that ends a change: keeps it when told so, and otherwise takes it back,
/// also when the process that began it was killed.
class ChangeGuard {
 public:
  /// Keeps the change if `keep`, else takes it back.
  using End = std::function<Status(bool keep)>;
  enum class Outcome { kKept, kTakenBack, kFailed };

  ChangeGuard(CaughtSignals& signals, End end) : signals_(signals), end_(std::move(end)) {}
  ChangeGuard(const ChangeGuard&) = delete;
  ChangeGuard& operator=(const ChangeGuard&) = delete;
  /// A change without an end is taken back.
  ~ChangeGuard();

  /// Forks. Errors: kInternal.
  Status Start(Seconds patience);
  /// From now on the change is taken back after `patience`.
  void StartClock();
  /// Ends the change, and says how that went: kTakenBack also for `keep`, where it comes too late.
  /// If the guard was killed, this process does its work.
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
