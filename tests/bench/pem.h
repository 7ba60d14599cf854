#pragma once

#include <string>

namespace pamjwt::bench {

/// The first key of a JWK Set as PEM, for what cannot read JWK. What fails throws.
std::string PemOfFirstKey(const std::string& key_set);

}  // namespace pamjwt::bench
