#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/jose/jwk_set.h"

namespace pamjwt::ctl {

/// The keys of a JWK Set that can be used, and those that cannot.
struct KeyVerdicts {
  std::size_t usable = 0;
  std::vector<std::string> unusable;  ///< a text per key: "key 2 (kid \"x\"): WHY"
};

/// The keys that an issuer, or the denylist of a fleet, has in a file of this host.
struct LocalKeys {
  std::string summary;                ///< "FILE: 1 usable, 0 not", "FILE: a secret of 32 bytes"
  std::vector<std::string> unusable;  ///< a text per key: "key 2 (kid \"x\"): WHY"
};

/// Judges each key of `set` as a login would. A key is unusable if it was skipped when the set was
/// read, if it cannot be built (a point off its curve, for example), if no algorithm of the
/// issuer goes with it, or if it is not among `thumbprints`.
KeyVerdicts JudgeKeySet(const JwkSet& set, const Issuer& issuer);

/// Judges each key of `set` as a host judges those that may sign the denylist of its fleet
/// (docs/denylist-feed-format.md). A key is unusable if it was skipped when the set was read, if it
/// cannot be built, or if its use is not "sig".
KeyVerdicts JudgeFeedKeys(const JwkSet& set);

}  // namespace pamjwt::ctl
