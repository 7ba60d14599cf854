#pragma once

#include <string>
#include <vector>

#include "jwks-fetcher/issuer_status.h"

namespace pamjwt::fetcher {

/// What `systemctl status` shows: "3 issuers, 2 with keys; last fetch failed: staff, ci". That the
/// key file cannot be written stands in between. Bounded.
std::string StatusText(const std::vector<IssuerStatus>& issuers);

}  // namespace pamjwt::fetcher
