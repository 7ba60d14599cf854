#include "core/jose/route.h"

#include "core/json/json.h"

namespace pamjwt {

Result<std::optional<std::size_t>> IssuerRouter::Route(const ParsedJws& jws,
                                                       std::span<const std::string_view> issuers) {
  Result<std::optional<std::string>> iss = ScanTopLevelString(jws.payload_.view(), "iss");
  if (!iss.ok()) {
    return Error{iss.error().reason, "payload: " + iss.error().detail};
  }
  for (std::size_t i = 0; i < issuers.size(); ++i) {
    if (iss.value() == issuers[i]) return std::optional<std::size_t>(i);
  }
  return std::optional<std::size_t>();
}

}  // namespace pamjwt
