#pragma once

#include <optional>

#include "core/base/time.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// The longest time after a fetch for which a Retry-After is heeded (RFC 9110 §10.2.3), unless
/// `refresh` is longer. A server that asks for more would keep a denial from this host for as long.
inline constexpr Seconds kLongestRetryAfter{300};

/// Returns when to fetch the feed again: `refresh` after the last fetch began, or up to a tenth
/// earlier, so that a new list comes within `refresh`. Never returns a time before `now`, when the
/// last fetch has ended. `random`, from 0 to below 1, spreads the hosts of a fleet.
///
/// `retry_after` is how long the server wants not to be asked, or nullopt if it did not say.
MonoTime NextFeedFetch(MonoTime begun, MonoTime now, Seconds refresh,
                       std::optional<Seconds> retry_after, double random);

}  // namespace pamjwt::fetcher
