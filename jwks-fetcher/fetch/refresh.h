#pragma once

#include <functional>
#include <optional>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// The cause of a request for fresh keys.
enum class RefreshCause {
  kLogin,  ///< a login, or any user: anybody can make up tokens, so the cooldown holds
  kRoot,   ///< root, who wants a fetch now: it heeds no cooldown, and starts none
};

/// The end of a request for fresh keys.
enum class RefreshEnd {
  kChanged,        ///< the key file was replaced, and may have keys that it did not have
  kUnchanged,      ///< the fetch brought no new keys or failed, or the file could not be replaced
  kCooldown,       ///< nothing was fetched, because a login caused a fetch a short while ago
  kUnknownIssuer,  ///< the configuration has no issuer of this url whose keys are fetched
  kNoConfig,       ///< there is no configuration yet
};

/// The outcome of a request for fresh keys.
struct RefreshOutcome {
  RefreshEnd end;
  /// With kCooldown: the time until a login may cause a fetch, rounded up.
  std::optional<Seconds> cooldown = std::nullopt;
};

/// Takes how one request ended. It is called once.
using RefreshDone = std::function<void(RefreshOutcome)>;

}  // namespace pamjwt::fetcher
