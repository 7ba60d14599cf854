#pragma once

#include <algorithm>
#include <cstdint>

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Spaces out work whose cost grows with the number of issuers: after work of N ms there is a rest
/// of 19 N ms, but of at most 5000 ms. So work of up to 263 ms takes at most 1/20 of the time. Work
/// that takes less than a millisecond may be done at any time.
class Pace {
 public:
  /// Notes that the work was done from `begin` to `end`.
  void Note(MonoTime begin, MonoTime end) {
    next_ = {end.ms + std::min(kRest * (end.ms - begin.ms), kLongestRestMs)};
  }
  /// Returns the time from which on the work may be done again.
  [[nodiscard]] MonoTime next() const { return next_; }

 private:
  static constexpr std::int64_t kRest = 19;  ///< times as long as the work
  static constexpr std::int64_t kLongestRestMs = 5'000;

  MonoTime next_;
};

}  // namespace pamjwt::fetcher
