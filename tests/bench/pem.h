#pragma once

#include <string>

namespace pamjwt::bench {

/// Returns the first key of a JWK Set as PEM, for libraries that cannot read JWK. Throws if that
/// fails.
std::string PemOfFirstKey(const std::string& key_set);

}  // namespace pamjwt::bench
