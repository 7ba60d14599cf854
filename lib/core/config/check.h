#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt {

/// What no single key can tell: mandatory keys, keys that exclude one another, two issuers with one
/// url, services that loosen. Errors: kConfigInvalid with the line.
Status CheckConfig(const Config& config);

}  // namespace pamjwt
