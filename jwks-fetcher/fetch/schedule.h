#pragma once

#include <cstdint>
#include <optional>

#include "core/base/time.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// The settings refresh_min and refresh_max of [keys].
struct RefreshBounds {
  Seconds min;
  Seconds max;
};

/// Returns the milliseconds from a fetch that succeeded to the next one: 80 to 90 % of the time
/// that the response is fresh (at most `max`), but never less than `min`. `fresh_for` is that time,
/// or nullopt if the response does not say; then it counts as `max`. `random`, from 0 to below 1,
/// spreads issuers that were fetched together. If both ends of that range are `min`, the delay is
/// up to a tenth longer, so that these issuers spread too.
std::int64_t DelayAfterSuccess(const RefreshBounds& bounds, std::optional<Seconds> fresh_for,
                               double random);

/// Returns the milliseconds from a fetch that failed to the next one. `failures` (1 or more) is how
/// many fetches have failed in a row. The delay doubles with each failure, from 2 s up to `min`.
/// `random`, from 0 to below 1, takes up to half of the delay away.
std::int64_t DelayAfterFailure(const RefreshBounds& bounds, std::uint32_t failures, double random);

/// Returns `delay_ms` after `now`, or kNever if that is too far away.
MonoTime After(MonoTime now, std::int64_t delay_ms);

/// Limits the fetches that logins cause. Anybody can make up key ids that are not known, and so
/// cause requests to the issuer. After a fetch for a login, the next one has to wait. The wait
/// doubles with each fetch that brings no new keys, up to 5 minutes or the least wait, if that is
/// longer. It begins anew with a fetch that brings new keys.
class Cooldown {
 public:
  /// Returns whether a login has to wait at `now`.
  [[nodiscard]] bool Holds(MonoTime now) const { return now < until_; }
  /// Returns how long a login has to wait at `now`, rounded up to seconds, or nullopt if it need
  /// not wait.
  [[nodiscard]] std::optional<Seconds> Left(MonoTime now) const;
  /// Notes that a fetch for a login has ended. `least` is the first wait.
  void Start(MonoTime now, bool brought_new, Seconds least);
  /// Notes that any other fetch brought new keys.
  void BeginAnew() { wait_ = Seconds{0}; }

 private:
  MonoTime until_;
  Seconds wait_;  ///< the last wait; 0 before the first wait, and again once new keys came
};

}  // namespace pamjwt::fetcher
