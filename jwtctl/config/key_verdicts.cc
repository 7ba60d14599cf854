#include "jwtctl/config/key_verdicts.h"

#include <algorithm>
#include <functional>

#include "core/jose/verify.h"
#include "core/json/json.h"

namespace pamjwt::ctl {
namespace {

bool Allows(const Issuer& issuer, const Jwk& key) {
  const std::vector<Algorithm>& algorithms = *issuer.algorithms;
  return std::any_of(algorithms.begin(), algorithms.end(), [&](Algorithm algorithm) {
    const AlgorithmInfo& info = Info(algorithm);
    return info.key_type == key.type && (key.alg.empty() || key.alg == info.name);
  });
}

bool IsPinned(const Issuer& issuer, const std::string& thumbprint) {
  const std::vector<std::string>& pins = *issuer.thumbprints;
  return !issuer.thumbprints.given() ||
         std::find(pins.begin(), pins.end(), thumbprint) != pins.end();
}

/// Says why OpenSSL cannot build the key. Returns "" if it can.
std::string WhyNotBuilt(const Jwk& key) {
  const Result<EvpPkeyPtr> built = BuildKey(key);
  return built.ok() ? "" : built.error().detail + " (a point off its curve, for example)";
}

/// Says why no login can use the key. Returns "" if logins can use it.
std::string WhyUnusable(const Jwk& key, const Issuer& issuer) {
  std::string not_built = WhyNotBuilt(key);
  if (!not_built.empty()) return not_built;
  if (!HasUse(key, *issuer.key_use)) {
    return "its use, " + QuoteJson(key.use) + ", is not in key_use";
  }
  if (!Allows(issuer, key)) {
    return "no algorithm of the issuer goes with " +
           (key.alg.empty() ? "its type, " + std::string(Name(key.type)) : "its alg, " + key.alg);
  }
  const Result<std::string> thumbprint = Thumbprint(key);
  if (!thumbprint.ok()) return thumbprint.error().detail;
  if (!IsPinned(issuer, thumbprint.value())) {
    return "its thumbprint, " + thumbprint.value() + ", is not in thumbprints";
  }
  return "";
}

std::string WithKid(const std::string& kid) {
  return kid.empty() ? " (no kid)" : " (kid " + QuoteJson(kid) + ")";
}

using WhyNot = std::function<std::string(const Jwk&)>;

/// Judges each key. `why_not` says why a key that was read is unusable; "": it can be used.
KeyVerdicts Judge(const JwkSet& set, const WhyNot& why_not) {
  KeyVerdicts judged;
  for (const JwkSet::Skipped& skipped : set.skipped) {
    judged.unusable.push_back("key " + std::to_string(skipped.index + 1) + WithKid(skipped.kid) +
                              ": " + skipped.why);
  }
  for (const Jwk& key : set.keys) {
    const std::string why = why_not(key);
    if (why.empty()) {
      ++judged.usable;
    } else {
      judged.unusable.push_back(std::string(Name(key.type)) + " key" + WithKid(key.kid) + ": " +
                                why);
    }
  }
  return judged;
}

}  // namespace

KeyVerdicts JudgeKeySet(const JwkSet& set, const Issuer& issuer) {
  return Judge(set, [&issuer](const Jwk& key) { return WhyUnusable(key, issuer); });
}

KeyVerdicts JudgeFeedKeys(const JwkSet& set) {
  return Judge(set, [](const Jwk& key) {
    if (HasUse(key, {"sig"})) return WhyNotBuilt(key);
    return "its use, " + QuoteJson(key.use) + ", is not sig";
  });
}

}  // namespace pamjwt::ctl
