#pragma once

#include <functional>

namespace pamjwt::fetcher {

/// How a login's request for fresh keys ended.
enum class RefreshEnd {
  kChanged,        ///< the key file was replaced, and has keys that it did not have
  kUnchanged,      ///< the key file has nothing new: same keys, a failed fetch, or a failed write
  kCooldown,       ///< nothing was fetched, because a login caused a fetch a short while ago
  kUnknownIssuer,  ///< the configuration has no issuer of this url whose keys are fetched
};

/// Takes the end of one request. It is called once.
using RefreshDone = std::function<void(RefreshEnd)>;

}  // namespace pamjwt::fetcher
