#pragma once

#include <functional>

namespace pamjwt::fetcher {

/// The end of a login's request for fresh keys.
enum class RefreshEnd {
  kChanged,        ///< the key file was replaced, and may have keys that it did not have
  kUnchanged,      ///< the fetch brought no new keys or failed, or the file could not be replaced
  kCooldown,       ///< nothing was fetched, because a login caused a fetch a short while ago
  kUnknownIssuer,  ///< the configuration has no issuer of this url whose keys are fetched
  kNoConfig,       ///< there is no configuration yet
};

/// Takes how one request ended. It is called once.
using RefreshDone = std::function<void(RefreshEnd)>;

}  // namespace pamjwt::fetcher
