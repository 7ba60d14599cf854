#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/jose/jwk.h"

namespace pamjwt::ctl {

/// The keys of a JWK Set that logins can use, and those that they cannot.
struct KeyVerdicts {
  std::size_t usable = 0;
  std::vector<std::string> unusable;  ///< a text per key: "key 2 (kid \"x\"): WHY"
};

/// Judges each key of `set` as a login would. A key is unusable if it was skipped when the set was
/// read, if it cannot be built (a point off its curve, for example), if no algorithm of the
/// issuer goes with it, or if it is not among `thumbprints`.
KeyVerdicts JudgeKeySet(const JwkSet& set, const Issuer& issuer);

}  // namespace pamjwt::ctl
