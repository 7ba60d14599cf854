#include "core/keys/select.h"

#include <algorithm>
#include <utility>

#include "core/json/json.h"

namespace pamjwt {
namespace {

bool Fits(const Jwk& key, const KeyQuery& query) {
  const AlgorithmInfo& algorithm = Info(query.algorithm);
  const bool is_for_algorithm =
      key.type == algorithm.key_type && (key.alg.empty() || key.alg == algorithm.name);
  return is_for_algorithm && (query.kid.empty() || key.kid == query.kid);
}

std::string ShowQuery(const KeyQuery& query) {
  return (query.kid.empty() ? "without a kid" : "of kid " + QuoteJson(query.kid)) + " for " +
         std::string(Info(query.algorithm).name);
}

/// Returns the error that no key fits. If the `use` of a key is the cause, says so.
Error NoKey(const std::vector<Jwk>& keys, const KeyQuery& query, const KeyFilter& filter) {
  std::string detail = "the issuer has no key " + ShowQuery(query) +
                       (filter.thumbprints.empty() ? "" : " among the thumbprints");
  const auto left_out = std::find_if(keys.begin(), keys.end(), [&](const Jwk& key) {
    return Fits(key, query) && !HasUse(key, filter.uses);
  });
  if (left_out != keys.end()) {
    detail += "; the use of one, " + QuoteJson(left_out->use) + ", is not in key_use";
  }
  return {Reason::kKeyUnknown, std::move(detail)};
}

}  // namespace

Result<std::vector<Jwk>> SelectKeys(const std::vector<Jwk>& keys, const KeyQuery& query,
                                    const KeyFilter& filter) {
  const std::vector<std::string>& thumbprints = filter.thumbprints;
  std::vector<Jwk> fitting;
  for (const Jwk& key : keys) {
    if (!Fits(key, query) || !HasUse(key, filter.uses)) continue;
    if (!thumbprints.empty()) {
      const Result<std::string> thumbprint = Thumbprint(key);
      if (!thumbprint.ok()) return thumbprint.error();
      const bool is_listed = std::find(thumbprints.begin(), thumbprints.end(),
                                       thumbprint.value()) != thumbprints.end();
      if (!is_listed) continue;
    }
    fitting.push_back(key);
  }
  if (fitting.empty()) return NoKey(keys, query, filter);
  if (fitting.size() > kMaxCandidates) {
    return Error{Reason::kKeyAmbiguous, std::to_string(fitting.size()) + " keys fit a token " +
                                            ShowQuery(query) + ", at most 4 are tried"};
  }
  return fitting;
}

}  // namespace pamjwt
