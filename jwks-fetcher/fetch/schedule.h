#pragma once

#include <cstdint>
#include <optional>

#include "core/base/time.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// [keys] refresh_min and refresh_max.
struct RefreshBounds {
  Seconds min;
  Seconds max;
};

/// Milliseconds from a fetch that worked to the next: before the freshness that is believed ends,
/// but never sooner than `min`. A response that says nothing (none) counts as fresh for `max`.
/// `random`, from 0 to below 1, spreads issuers that were fetched together.
std::int64_t DelayAfterSuccess(const RefreshBounds& bounds, std::optional<Seconds> fresh_for,
                               double random);

/// Milliseconds to the next try after `failures` in a row: doubles from 2 s up to `min`, less up to
/// a half of it.
std::int64_t DelayAfterFailure(const RefreshBounds& bounds, std::uint32_t failures, double random);

/// `delay_ms` after `now`, or as late as can be told.
MonoTime After(MonoTime now, std::int64_t delay_ms);

/// Keeps logins with unknown key ids, which anybody can make up, from becoming requests to the
/// issuer: after a fetch that they caused, the next one has to wait. The wait doubles with each
/// fetch that brings nothing new, up to 5 minutes, and begins anew with one that does.
class Cooldown {
 public:
  [[nodiscard]] bool Holds(MonoTime now) const { return now < until_; }
  /// A fetch that a login caused has ended; `least` is the wait to begin with.
  void Start(MonoTime now, bool brought_new, Seconds least);
  /// Any other fetch brought new keys.
  void BeginAnew() { wait_ = Seconds{0}; }

 private:
  MonoTime until_;
  Seconds wait_;  ///< the last one; 0: none, or the issuer has new keys since
};

}  // namespace pamjwt::fetcher
