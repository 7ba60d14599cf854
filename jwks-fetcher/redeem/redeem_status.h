#pragma once

#include <cstdint>
#include <string>

namespace pamjwt::fetcher {

/// How calls of Redeem ended since the daemon started, and how the store stands.
struct RedeemStatus {
  std::uint64_t first = 0;
  std::uint64_t used = 0;         ///< the token had been used before
  std::uint64_t unavailable = 0;  ///< the store could not say
  std::string store_error;        ///< of the last call; empty if it could
};

}  // namespace pamjwt::fetcher
