#pragma once

#include <functional>

namespace pamjwt::fetcher {

/// Returns a new random number at each call, from 0 to below 1. The numbers are not for secrets.
using RandomSource = std::function<double()>;

/// Returns a source that the system seeded.
RandomSource SystemRandom();

}  // namespace pamjwt::fetcher
