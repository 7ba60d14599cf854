#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwks-fetcher/feed/feed_status.h"
#include "jwks-fetcher/fetch/config_status.h"
#include "jwks-fetcher/fetch/issuer_status.h"

namespace pamjwt::fetcher {

/// Returns the text for `systemctl status`: "3 issuers, 2 with keys; last fetch failed: staff, ci".
/// The text also says so if the key file cannot be written. It names at most 5 issuers.
std::string StatusText(const std::vector<IssuerStatus>& issuers);

/// Returns the text with the configuration in front if it is not in use as the files have it:
/// "waits for a configuration: WHY", or that the one before stays in use, and why. Says so too if
/// the last fetch of a fleet's denylist failed.
std::string StatusText(const ConfigStatus& config, const std::vector<IssuerStatus>& issuers,
                       const std::optional<FeedStatus>& feed);

}  // namespace pamjwt::fetcher
