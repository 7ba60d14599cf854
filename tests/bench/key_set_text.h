#pragma once

#include <cstddef>
#include <string>

namespace pamjwt::bench {

/// Returns a JWK Set with `keys` RSA keys as Keycloak publishes them, each with its certificate in
/// `x5c`. With 1000 keys it is nearly as long as a set may be. The last key is that of
/// `known_jwks`, a JWK Set with one key. Throws if the set would not be read whole.
std::string KeySetText(const std::string& known_jwks, std::size_t keys);

}  // namespace pamjwt::bench
