#include "pam_jwt/stopwatch.h"

#include <poll.h>

#include "io/clock.h"

namespace pamjwt {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

void Stopwatch::Restart() {
  begin_ns_ = MonotonicNs();
}

void Stopwatch::WaitFor(Seconds delay) const {
  const std::int64_t end_ns = begin_ns_ + delay.count * kNsPerSecond;
  // A signal of the application ends poll early. MonotonicNs is 0 if the clock cannot be read: then
  // nothing is waited for, since nothing would end the wait.
  for (std::int64_t now_ns = MonotonicNs(); now_ns > 0 && begin_ns_ <= now_ns && now_ns < end_ns;
       now_ns = MonotonicNs()) {
    poll(nullptr, 0, static_cast<int>((end_ns - now_ns) / kNsPerMs + 1));
  }
}

}  // namespace pamjwt
