#include "jwks-fetcher/fetch/schedule.h"

#include <algorithm>
#include <limits>

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kFirstRetryMs = 2'000;
constexpr std::uint32_t kMaxDoublings = 20;
constexpr Seconds kLongestCooldown{300};
// Far more than the configuration accepts, and far below the overflow of milliseconds.
constexpr Seconds kLongest{10LL * 365 * 24 * 60 * 60};

std::int64_t Milliseconds(Seconds span) {
  return std::clamp(span, Seconds{0}, kLongest).count * 1'000;
}

std::int64_t RandomBetween(std::int64_t least, std::int64_t most, double random) {
  const double part = std::clamp(random, 0.0, 1.0) * static_cast<double>(most - least);
  return least + static_cast<std::int64_t>(part);
}

}  // namespace

std::int64_t DelayAfterSuccess(const RefreshBounds& bounds, std::optional<Seconds> fresh_for,
                               double random) {
  const std::int64_t floor = Milliseconds(bounds.min);
  const std::int64_t ceiling = std::max(floor, Milliseconds(bounds.max));
  const std::int64_t believed =
      std::clamp(Milliseconds(fresh_for.value_or(bounds.max)), floor, ceiling);
  const std::int64_t least = std::max(floor, believed / 10 * 8);
  const std::int64_t most = std::max(floor, believed / 10 * 9);
  // At the floor the response is not believed anyway. A longer delay does no harm, and spreads the
  // fetches.
  return RandomBetween(least, most == least ? least + least / 10 : most, random);
}

std::int64_t DelayAfterFailure(const RefreshBounds& bounds, std::uint32_t failures, double random) {
  const std::uint32_t doublings = std::min(std::max(failures, 1U) - 1, kMaxDoublings);
  const std::int64_t cap = std::max(kFirstRetryMs, Milliseconds(bounds.min));
  const std::int64_t most = std::min(kFirstRetryMs << doublings, cap);
  return RandomBetween(most / 2, most, random);
}

MonoTime After(MonoTime now, std::int64_t delay_ms) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  return MonoTime{now.ms > kEnd - delay_ms ? kEnd : now.ms + delay_ms};
}

std::optional<Seconds> Cooldown::Left(MonoTime now) const {
  if (!Holds(now)) return std::nullopt;
  return Seconds{(until_.ms - now.ms + 999) / 1'000};
}

void Cooldown::Start(MonoTime now, bool brought_new, Seconds least) {
  const Seconds longest = std::max(least, kLongestCooldown);
  const bool begins = brought_new || wait_.count == 0;
  wait_ = begins ? least : std::clamp(Seconds{wait_.count * 2}, least, longest);
  until_ = After(now, Milliseconds(wait_));
  if (brought_new) BeginAnew();
}

}  // namespace pamjwt::fetcher
