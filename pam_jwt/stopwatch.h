#pragma once

#include "core/base/time.h"

namespace pamjwt {

/// A moment on a clock that nobody sets.
class Stopwatch {
 public:
  Stopwatch() { Restart(); }
  void Restart();
  /// Waits until `delay` has passed since the last Restart, without signals, timers or threads.
  void WaitFor(Seconds delay) const;

 private:
  std::int64_t begin_ns_ = 0;
};

}  // namespace pamjwt
