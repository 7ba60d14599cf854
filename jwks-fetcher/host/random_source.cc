#include "jwks-fetcher/host/random_source.h"

#include <random>

namespace pamjwt::fetcher {

RandomSource SystemRandom() {
  return [engine = std::mt19937_64(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

}  // namespace pamjwt::fetcher
