#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt {

/// Checks what the types and bounds of options do not show: names, urls, paths and audiences of a
/// wrong form, keys that must be there, keys that exclude one another, issuers with the same url,
/// options of a service that are looser than the issuer's.
/// Errors: kConfigInvalid, with the line.
Status CheckConfig(const Config& config);

}  // namespace pamjwt
