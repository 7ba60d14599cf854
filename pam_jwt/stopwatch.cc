#include "pam_jwt/stopwatch.h"

#include <poll.h>
#include <time.h>

namespace pamjwt {
namespace {

std::int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

void Stopwatch::Restart() {
  begin_ms_ = NowMs();
}

void Stopwatch::WaitFor(Seconds delay) const {
  const std::int64_t end_ms = begin_ms_ + delay.count * 1000;
  // A signal of the application's ends poll early.
  for (std::int64_t now_ms = NowMs(); now_ms < end_ms; now_ms = NowMs()) {
    poll(nullptr, 0, static_cast<int>(end_ms - now_ms));
  }
}

}  // namespace pamjwt
