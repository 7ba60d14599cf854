#pragma once

#include <cstdint>
#include <functional>

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::test {

/// The two clocks of a host. They stand still until the test moves them.
class FakeClock {
 public:
  [[nodiscard]] fetcher::Instant now() const {
    return {fetcher::MonoTime{mono_ms_}, UnixTime{(wall_offset_ms_ + mono_ms_) / 1'000}};
  }
  [[nodiscard]] std::function<fetcher::Instant()> Reader() const {
    return [this] { return now(); };
  }
  /// Moves both clocks forward.
  void Advance(std::int64_t ms) { mono_ms_ += ms; }
  /// Sets the clock of the host forward, but not the monotonic one.
  void SetWallForward(std::int64_t seconds) { wall_offset_ms_ += seconds * 1'000; }

 private:
  std::int64_t mono_ms_ = 5'000'000;
  std::int64_t wall_offset_ms_ = 1'800'000'000'000;
};

}  // namespace pamjwt::test
