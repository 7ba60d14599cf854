#pragma once

#include "core/base/time.h"

namespace pamjwt {

/// Measures the time since a moment, on a clock that nobody can set.
class Stopwatch {
 public:
  Stopwatch() { Restart(); }
  /// Begins to measure from now on.
  void Restart();
  /// Waits until `delay` has passed since the last Restart. Uses no signals, timers or threads,
  /// which would belong to the application.
  void WaitFor(Seconds delay) const;

 private:
  std::int64_t begin_ns_ = 0;
};

}  // namespace pamjwt
