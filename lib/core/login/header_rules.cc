#include "core/login/header_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/json/json.h"

namespace pamjwt {

bool IsAllowed(Algorithm algorithm, const Issuer& issuer) {
  const std::vector<Algorithm>& allowed = *issuer.algorithms;
  return std::find(allowed.begin(), allowed.end(), algorithm) != allowed.end();
}

Status CheckAlgorithm(const ParsedJws& jws, const Issuer& issuer) {
  if (IsAllowed(jws.algorithm(), issuer)) return Ok();
  return Error{Reason::kAlgorithm,
               std::string(Info(jws.algorithm()).name) + " is not in algorithms",
               issuer.algorithms.at};
}

Status CheckType(const ParsedJws& jws, const Issuer& issuer) {
  const std::vector<std::string>& types = *issuer.token_types;
  const bool is_allowed = std::any_of(types.begin(), types.end(), [&](const std::string& type) {
    return NormaliseMediaType(type) == jws.type();
  });
  if (is_allowed) return Ok();
  return Error{Reason::kType, QuoteJson(jws.type()) + " is not in token_types",
               issuer.token_types.at};
}

}  // namespace pamjwt
