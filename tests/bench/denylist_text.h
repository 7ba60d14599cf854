#pragma once

#include <cstddef>
#include <string>

namespace pamjwt::bench {

/// Returns a list of the fleet as a host keeps it, with entries for so many subjects of `issuer`.
/// It denies nobody who logs in here. Throws if it would be damaged.
std::string FleetListText(const std::string& issuer, std::size_t entries);

/// Returns a denylist of a host with as many subjects of `issuer` as it may have. It denies nobody
/// who logs in here.
std::string FullDenylistText(const std::string& issuer);

}  // namespace pamjwt::bench
