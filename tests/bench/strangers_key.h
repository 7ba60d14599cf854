#pragma once

#include <cstddef>
#include <random>

#include "core/base/bytes.h"
#include "core/jose/jwk.h"

namespace pamjwt::bench {

Bytes RandomBytes(std::size_t size, std::mt19937& random);

/// Returns random numbers as an RSA key of 2048 bits with a `kid` as long as a thumbprint. A reader
/// cannot tell that it is not a key.
Jwk StrangersKey(std::mt19937& random);

}  // namespace pamjwt::bench
