#pragma once

#include <cstdint>
#include <string>

namespace pamjwt::fetcher {

/// The number of calls of Redeem with each end since the daemon started, and the state of the
/// store.
struct RedeemStatus {
  std::uint64_t first = 0;        ///< the token was not used before
  std::uint64_t used = 0;         ///< the token was used before
  std::uint64_t unavailable = 0;  ///< the store could not say
  std::string store_error;        ///< why the last use of the store failed; empty if it succeeded
};

}  // namespace pamjwt::fetcher
