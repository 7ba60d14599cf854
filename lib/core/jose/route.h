#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/jose/jws.h"

namespace pamjwt {

/// The one look at a payload before its signature held: whose token does it say it is?
class IssuerRouter {
 public:
  /// The index in `issuers` of the url that equals the payload's top-level `iss`, byte for byte
  /// (RFC 7519 §4.1.1), or none. Nothing else leaves the payload; it may be forged from end to end.
  /// Errors: kMalformed if the payload is no strict JSON object.
  static Result<std::optional<std::size_t>> Route(const ParsedJws& jws,
                                                  std::span<const std::string_view> issuers);
};

}  // namespace pamjwt
