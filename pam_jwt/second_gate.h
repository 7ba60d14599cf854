#pragma once

#include <atomic>
#include <cstdint>

namespace pamjwt {

/// Lets one caller per second pass, among all threads.
class SecondGate {
 public:
  /// Returns whether a second has passed since a call last returned true. `now_ns` is of
  /// MonotonicNs(). Returns false if it is 0, as the clock could not be read then.
  bool Pass(std::int64_t now_ns);

 private:
  std::atomic<std::int64_t> closed_until_ns_{1};
};

}  // namespace pamjwt
