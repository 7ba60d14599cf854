#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/jose/jwk.h"

namespace pamjwt::ctl {

/// What the keys of a JWK Set are good for.
struct IssuerKeys {
  std::size_t usable = 0;
  std::vector<std::string> unusable;  ///< "key 2 (kid \"x\"): why"
};

/// Looks at each key as a login would: was it skipped when the set was read, can it be built (a
/// point lies on its curve), does one of the issuer's algorithms go with it, is it among
/// `thumbprints`?
IssuerKeys JudgeKeys(const JwkSet& set, const Issuer& issuer);

}  // namespace pamjwt::ctl
