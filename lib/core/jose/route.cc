#include "core/jose/route.h"

#include <algorithm>
#include <utility>

#include "core/json/json.h"

namespace pamjwt {

Result<RoutedIssuer> IssuerRouter::Route(const ParsedJws& jws,
                                         std::span<const std::string_view> issuers) {
  Result<std::optional<std::string>> iss = ScanTopLevelString(jws.payload_.view(), "iss");
  if (!iss.ok()) {
    return Error{iss.error().reason, "payload: " + iss.error().detail};
  }
  for (std::size_t i = 0; i < issuers.size(); ++i) {
    if (iss.value() == issuers[i]) return RoutedIssuer{i, std::nullopt};
  }
  std::optional<std::string> unknown = std::move(iss).value();
  if (unknown.has_value()) unknown->resize(std::min(unknown->size(), kMaxShownIss));
  return RoutedIssuer{std::nullopt, std::move(unknown)};
}

}  // namespace pamjwt
