#include "jwks-fetcher/feed/feed_schedule.h"

#include <algorithm>
#include <cstdint>

namespace pamjwt::fetcher {

MonoTime NextFeedFetch(MonoTime begun, MonoTime now, Seconds refresh,
                       std::optional<Seconds> retry_after, double random) {
  const std::int64_t refresh_ms = refresh.count * 1'000;
  const double early = std::clamp(random, 0.0, 1.0) * static_cast<double>(refresh_ms) / 10;
  const MonoTime next{begun.ms + refresh_ms - static_cast<std::int64_t>(early)};
  if (!retry_after.has_value()) return std::max(next, now);
  const Seconds longest = std::max(refresh, kLongestRetryAfter);
  const Seconds wanted = std::clamp(*retry_after, Seconds{0}, longest);
  return std::max(next, MonoTime{now.ms + wanted.count * 1'000});
}

}  // namespace pamjwt::fetcher
