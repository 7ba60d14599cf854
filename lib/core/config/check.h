#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt {

/// Checks what the types and bounds of options do not show: names, urls, paths and audiences of a
/// wrong form, keys that must be there, keys that exclude one another, issuers with the same url,
/// options of a service that are looser than the issuer's.
///
/// `unread` has the names of tables that could not be read as a whole: "keys" or "issuer.NAME". In
/// them, values are checked one by one only: a value that was not read would look like its default.
/// Returns all errors: kConfigInvalid, with the line.
std::vector<Error> CheckConfig(const Config& config, const std::set<std::string>& unread);

}  // namespace pamjwt
