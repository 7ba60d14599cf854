#pragma once

#include <string>
#include <vector>

#include "jwks-fetcher/fetch/issuer_status.h"

namespace pamjwt::fetcher {

/// What `systemctl status` shows: "3 issuers, 2 with keys; last fetch failed: staff, ci". If the
/// key file cannot be written, the middle of the text says so. The length is bounded.
std::string StatusText(const std::vector<IssuerStatus>& issuers);

}  // namespace pamjwt::fetcher
